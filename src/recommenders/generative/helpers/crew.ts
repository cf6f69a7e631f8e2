// Helpers of a training: processes, here or on other machines, that compute parts of its batches. The training listens,
// helpers join and leave as they like. What a part gives depends on nothing but what is sent with it, and parts are
// added in their order: an update with helpers is that of one process, bit for bit where the machines compute alike.
import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { productVersion } from "../../../base/product-version.ts";
import { type Report, silent } from "../../../base/progress.ts";
import type { Feeds, Parameters, PartGradients } from "../../../engine/index.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { fromTensors } from "./part-tensors.ts";
import { type Message, messagesOf, prepare, send } from "./wire.ts";

export interface CrewOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whoever joins must know it: helpers are sent the model. */
  readonly token: string;
  /** Wait so long for a part that a helper has, before it is computed here. */
  readonly patienceMs?: number | undefined;
  readonly report?: Report | undefined;
}

/** Parts of one update. */
export interface Parts {
  readonly network: NetworkShape;
  readonly shape: BatchShape;
  readonly count: number;
  readonly parameters: Parameters;
  /** What part `index` is fed; asked for once each, in order, as dropout is drawn in order. */
  feedsOf(index: number): Feeds;
  /** Computes a part in this process. */
  compute(feeds: Feeds): Promise<PartGradients>;
}

const PATIENCE_MS = 120_000;
/** For a helper to say who it is. */
const GREETING_MS = 10_000;
/** For helpers to hang up when the training is over. */
const PARTING_MS = 2_000;

export class Crew {
  private readonly helpers = new Set<Helper>();
  /** All that are connected, those too that have not said yet who they are. */
  private readonly sockets = new Set<Socket>();
  private isClosing = false;

  private constructor(
    private readonly server: Server,
    private readonly options: CrewOptions,
  ) {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
      void this.welcome(socket);
    });
  }

  /** @throws the system's error where nobody may listen there. */
  static async listen(options: CrewOptions): Promise<Crew> {
    const server = createServer();
    server.listen(options.port, options.host);
    await once(server, "listening");
    return new Crew(server, options);
  }

  /** Where helpers join. */
  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : this.options.port;
  }

  get size(): number {
    return this.helpers.size;
  }

  /** Results of all parts in their order. A part whose helper is lost is given to the next one who is free. */
  async compute(parts: Parts): Promise<readonly PartGradients[]> {
    const done: PartGradients[] = [];
    const open = new OpenParts(parts);
    const work = async (compute: (index: number, feeds: Feeds) => Promise<PartGradients | undefined>) => {
      for (let part = open.next(); part !== undefined; part = open.next()) {
        const found = await compute(part.index, part.feeds);
        if (found === undefined) {
          open.giveBack(part.index);
          return;
        }
        done[part.index] = found;
      }
    };
    const helped = [...this.helpers].map((helper) => work((index, feeds) => this.ask(helper, parts, index, feeds)));
    const here = () => work((_, feeds) => parts.compute(feeds));
    await here();
    await Promise.all(helped);
    // What helpers gave back after nothing was left for this process.
    await here();
    return done;
  }

  /** Tells helpers that it is over. Who does not hang up soon is hung up on. */
  async close(): Promise<void> {
    this.isClosing = true;
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    const timer = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, PARTING_MS);
    const told = [...this.helpers].map(({ socket }) =>
      send(socket, { kind: "end" })
        .catch(() => {})
        .then(() => socket.end()),
    );
    await Promise.all(told);
    await closed;
    clearTimeout(timer);
  }

  private async welcome(socket: Socket): Promise<void> {
    prepare(socket);
    const from = `${socket.remoteAddress}:${socket.remotePort}`;
    const timer = setTimeout(() => socket.destroy(), GREETING_MS);
    let isWelcome = false;
    const messages = messagesOf(socket, () => isWelcome);
    const first = await messages.next().catch(() => undefined);
    clearTimeout(timer);
    const refusal = first?.done === false ? refusalOf(first.value, this.options.token) : "said nothing";
    if (refusal !== undefined) {
      await send(socket, { kind: "refused", facts: refusal }).catch(() => {});
      socket.end();
      this.tell("warning", `a helper from ${from} was refused: it ${refusal}.`);
      return;
    }
    isWelcome = true;
    const helper = new Helper(socket, from, messages);
    this.helpers.add(helper);
    this.tell("notice", `a helper joined from ${from}; ${this.size} by now.`);
    socket.once("close", () => this.lose(helper, "it hung up"));
  }

  private async ask(helper: Helper, parts: Parts, index: number, feeds: Feeds): Promise<PartGradients | undefined> {
    const { patienceMs = PATIENCE_MS } = this.options;
    try {
      return await helper.compute(parts, index, feeds, patienceMs);
    } catch (error) {
      this.lose(helper, (error as Error).message);
      return undefined;
    }
  }

  private lose(helper: Helper, why: string): void {
    if (!this.helpers.delete(helper)) return;
    helper.socket.destroy();
    if (!this.isClosing)
      this.tell("warning", `the helper from ${helper.from} is lost (${why}); its part is computed by another.`);
  }

  private tell(kind: "notice" | "warning", message: string): void {
    (this.options.report ?? silent)({ kind, message });
  }
}

/** Parts that nobody has finished yet, in order. */
class OpenParts {
  private begun = 0;
  private readonly feeds = new Map<number, Feeds>();
  private readonly back: number[] = [];

  constructor(private readonly parts: Parts) {}

  next(): { readonly index: number; readonly feeds: Feeds } | undefined {
    const index = this.back.shift() ?? (this.begun < this.parts.count ? this.begun++ : undefined);
    if (index === undefined) return undefined;
    const feeds = this.feeds.get(index) ?? this.parts.feedsOf(index);
    this.feeds.set(index, feeds);
    return { index, feeds };
  }

  giveBack(index: number): void {
    this.back.push(index);
  }
}

class Helper {
  /** Steps of each parameter when it was last sent. */
  private sent = new Map<string, number>();
  private sentOf: Parameters | undefined;
  private network: NetworkShape | undefined;

  constructor(
    readonly socket: Socket,
    readonly from: string,
    private readonly messages: AsyncGenerator<Message>,
  ) {}

  /** @throws OperationError-like errors when the helper is gone, late, or says something else. */
  async compute(
    { network, shape, count, parameters }: Parts,
    index: number,
    feeds: Feeds,
    patienceMs: number,
  ): Promise<PartGradients> {
    // One that takes nothing more is as lost as one that says nothing.
    const tell = (message: Message) => within(patienceMs, send(this.socket, message));
    if (this.network !== network) {
      await tell({ kind: "network", facts: network });
      this.network = network;
    }
    await tell({ kind: "values", tensors: this.unsent(parameters) });
    await tell({ kind: "part", facts: { index, shape, count }, tensors: feeds });
    const reply = await within(patienceMs, this.messages.next());
    if (reply.done === true) throw new Error("it hung up");
    const { kind, facts, tensors = {} } = reply.value;
    if (kind === "failed") throw new Error(String(facts));
    if (kind !== "gradients" || facts !== index) throw new Error(`it answered ${kind} of ${facts}`);
    return fromTensors(tensors);
  }

  private unsent(parameters: Parameters): Record<string, Float32Array> {
    // A checkpoint's values have the steps of others.
    if (this.sentOf !== parameters) this.sent = new Map();
    this.sentOf = parameters;
    const changed = parameters.all.filter(({ name, steps }) => this.sent.get(name) !== steps);
    for (const { name, steps } of changed) this.sent.set(name, steps);
    return Object.fromEntries(changed.map(({ name, front }) => [name, front.value]));
  }
}

/** Why somebody may not join; undefined: they may. */
function refusalOf({ kind, facts }: Message, token: string): string | undefined {
  const { version, token: theirs } = (facts ?? {}) as { version?: string; token?: string };
  if (kind !== "hello") return "speaks another language";
  if (!isSame(theirs ?? "", token)) return "does not know the token";
  return version === productVersion() ? undefined : `is isrf ${version}, this is ${productVersion()}`;
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
