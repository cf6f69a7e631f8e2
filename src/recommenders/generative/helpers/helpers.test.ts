// A training with helpers is the training without them, whatever becomes of the helpers.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { tinyData, tinyTrainer } from "../../../../test/support/tiny-isrf.ts";
import { sha256 } from "../../../base/files.ts";
import { productVersion } from "../../../base/product-version.ts";
import type { ProgressEvent } from "../../../base/progress.ts";
import { isrf } from "../../isrf/isrf.ts";
import type { GenerativeTrainer } from "../trainer.ts";
import { Crew } from "./crew.ts";
import { helpTraining } from "./help.ts";
import { type Message, messagesOf, send } from "./wire.ts";

const TOKEN = "known to both";
const OPTIONS = { accumulate: 4, dropout: 0.1, clipNorm: 1 };
const closing: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function crewOf(patienceMs?: number) {
  const events: ProgressEvent[] = [];
  const crew = await Crew.listen({
    host: "127.0.0.1",
    port: 0,
    token: TOKEN,
    patienceMs,
    report: (event) => events.push(event),
  });
  closing.push(() => crew.close());
  const words = () => events.map((event) => ("message" in event ? event.message : "")).join("\n");
  return { crew, words };
}

const place = (crew: Crew, token = TOKEN) => ({ host: "127.0.0.1", port: crew.port, token });

async function joinedBy(crew: Crew, count: number): Promise<void> {
  while (crew.size < count) await new Promise((done) => setTimeout(done, 5));
}

/** Digests of everything trained after `steps` updates: equal exactly when all bits are. */
async function trained(crew: Crew | undefined, steps = 3) {
  const trainer = await tinyTrainer(OPTIONS, "tiny", tinyData(), false, isrf, undefined, crew);
  closing.push(() => trainer.dispose());
  const figures: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) figures.push(await trainer.step(step));
  return { figures, values: digests(trainer) };
}

function digests({ state }: GenerativeTrainer) {
  return state.parameters.all.map(({ name, front: { value, m }, steps }) => [
    name,
    steps,
    ...[value, m].map((array) => sha256(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))),
  ]);
}

describe("a training with helpers", () => {
  it("has the parameters, moments and figures of one process, bit for bit", async () => {
    const { crew } = await crewOf();
    const helping = [1, 2].map(() => helpTraining({ ...place(crew), compile: { threads: 1 } }));
    await joinedBy(crew, 2);
    const together = await trained(crew);
    expect(together).toEqual(await trained(undefined));
    closing.splice(closing.length - 2, 2).map((close) => close());
    await crew.close();
    closing.length = 0;
    const parts = await Promise.all(helping);
    // This process takes its share; nobody computes a part twice.
    expect(parts[0]! + parts[1]!).toBeGreaterThan(0);
    expect(parts[0]! + parts[1]!).toBeLessThanOrEqual(3 * OPTIONS.accumulate);
  });

  it("is the same when a helper leaves with a part in its hands", async () => {
    const { crew, words } = await crewOf();
    await leavesAfter(crew, 1);
    await joinedBy(crew, 1);
    expect(await trained(crew)).toEqual(await trained(undefined));
    expect(words()).toContain("is lost (it hung up); its part is computed by another");
  });

  it("is the same when a helper falls silent: its part is computed here after a while", async () => {
    const { crew, words } = await crewOf(200);
    await leavesAfter(crew, Number.POSITIVE_INFINITY);
    await joinedBy(crew, 1);
    expect(await trained(crew)).toEqual(await trained(undefined));
    expect(words()).toContain("no answer within 0.2 s");
  });
});

it("is the same when a helper takes nothing more, and ends though that one and a stranger stay connected", async () => {
  const { crew, words } = await crewOf(200);
  const deaf = await greeting(crew, { version: productVersion(), token: TOKEN });
  deaf.pause();
  const stranger = await connected(crew);
  await joinedBy(crew, 1);
  expect(await trained(crew)).toEqual(await trained(undefined));
  expect(words()).toContain("no answer within 0.2 s");
  const late = await greeting(crew, { version: productVersion(), token: TOKEN });
  late.pause();
  await joinedBy(crew, 1);
  await crew.close();
  for (const socket of [late, stranger]) if (!socket.closed) await once(socket.resume(), "close");
});

async function connected(crew: Crew): Promise<Socket> {
  const socket = connect(crew.port, "127.0.0.1");
  socket.on("error", () => {});
  closing.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Joins by these facts, and says nothing more. */
async function greeting(crew: Crew, facts: unknown): Promise<Socket> {
  const socket = await connected(crew);
  await send(socket, { kind: "hello", facts });
  return socket;
}

/** Joins, and hangs up at part `count`, or never says anything more. */
async function leavesAfter(crew: Crew, count: number): Promise<void> {
  const socket = await greeting(crew, { version: productVersion(), token: TOKEN });
  let parts = 0;
  void (async () => {
    for await (const { kind } of messagesOf(socket)) if (kind === "part" && ++parts >= count) socket.destroy();
  })();
}

describe("who may join", () => {
  it("is whoever knows the token, of the same version", async () => {
    const { crew, words } = await crewOf();
    const compile = { threads: 1 };
    await expect(helpTraining({ ...place(crew, "guessed"), compile })).rejects.toThrow("does not know the token");
    expect(crew.size).toBe(0);
    expect(words()).toContain("was refused: it does not know the token");
    const socket = await greeting(crew, { version: "0.0.0", token: TOKEN });
    const { value } = await messagesOf(socket).next();
    expect(value).toMatchObject({ kind: "refused", facts: expect.stringContaining("is isrf 0.0.0") });
    socket.destroy();
  });

  it("has no memory set aside before it is known", async () => {
    const { crew, words } = await crewOf();
    const socket = await connected(crew);
    const head = Buffer.from(JSON.stringify({ kind: "hello", tensors: [{ name: "x", type: "u8", length: 2 ** 40 }] }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(head.length);
    socket.write(Buffer.concat([length, head]));
    await once(socket.resume(), "close");
    expect([crew.size, words()]).toEqual([0, expect.stringContaining("was refused")]);
  });

  it("may stop while it still connects", async () => {
    const controller = new AbortController();
    const { crew } = await crewOf();
    const helping = helpTraining({ ...place(crew), compile: {}, signal: controller.signal });
    controller.abort();
    expect(await helping).toBe(0);
  });

  it("is told when nobody listens, and when the training is lost", async () => {
    const server = createServer((socket) => socket.destroy());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const at = { host: "127.0.0.1", port, token: TOKEN, compile: {} };
    await expect(helpTraining(at)).rejects.toThrow("hung up without a word, after 0 parts");
    await new Promise((done) => server.close(done));
    await expect(helpTraining(at)).rejects.toThrow("no training listens there");
  });
});

describe("messages", () => {
  it("arrive as they were sent, in order, however the bytes are cut", async () => {
    const sent: Message[] = [
      { kind: "a", facts: { text: "käse" }, tensors: { x: Float32Array.of(1.5, -0, 3e-40), none: new Int32Array(0) } },
      { kind: "b", tensors: { mask: Uint8Array.of(1, 0, 1), ids: Int32Array.of(-1, 7) } },
      { kind: "c", facts: 3, tensors: { large: new Float32Array(70_000).map((_, i) => i) } },
    ];
    const [to, from] = await pair();
    for (const message of sent) void send(to, message);
    const got: Message[] = [];
    for await (const message of messagesOf(from)) {
      got.push(message);
      if (got.length === sent.length) break;
    }
    expect(got).toEqual(sent.map((message) => ({ facts: undefined, ...message })));
  });

  it("of other programs are refused before memory is set aside", async () => {
    const [to, from] = await pair();
    to.write("GET / HTTP/1.1\r\n\r\n");
    await expect(messagesOf(from).next()).rejects.toThrow("a head of");
  });
});

async function pair(): Promise<[Socket, Socket]> {
  const server: Server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const to = connect((server.address() as { port: number }).port, "127.0.0.1");
  const [from] = (await once(server, "connection")) as [Socket];
  closing.push(() => {
    to.destroy();
    from.destroy();
    server.close();
  });
  return [to, from];
}
