// What a training and its helpers say to each other over a socket: a line of JSON, and arrays of numbers behind it as
// they lie in memory. Both sides are little-endian, as all that we run on is.
import { once } from "node:events";
import type { Socket } from "node:net";
import { OperationError } from "../../../base/errors.ts";
import type { TensorData } from "../../../engine/index.ts";

export interface Message {
  readonly kind: string;
  /** JSON beside the arrays. */
  readonly facts?: unknown;
  readonly tensors?: Readonly<Record<string, TensorData>>;
}

const TYPES = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;
type TypeName = keyof typeof TYPES;

interface Head extends Omit<Message, "tensors"> {
  readonly tensors: readonly { readonly name: string; readonly type: TypeName; readonly length: number }[];
}

/** Of the JSON alone; a message of another program is refused before memory is set aside for it. */
const LONGEST_HEAD_BYTES = 2 ** 24;
/** Of what a stranger says, who has not shown yet that it knows the token. */
const LONGEST_GREETING_BYTES = 2 ** 12;
const LENGTH_BYTES = 4;
/** A machine that vanishes says nothing: the system asks after so long a silence. */
const KEEP_ALIVE_MS = 30_000;

/** Both sides do so first. */
export function prepare(socket: Socket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  // A connection that breaks ends the messages.
  socket.on("error", () => {});
}

/** Waits for a slow reader, so that messages do not pile up in memory. */
export async function send(socket: Socket, { kind, facts, tensors = {} }: Message): Promise<void> {
  const listed = Object.entries(tensors).map(([name, data]) => ({ name, type: typeOf(data), length: data.length }));
  const head = Buffer.from(JSON.stringify({ kind, facts, tensors: listed } satisfies Head));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.length);
  socket.cork();
  let isTaken = socket.write(Buffer.concat([length, head]));
  for (const data of Object.values(tensors)) {
    // A copy: the array may change before the socket has sent it.
    isTaken = socket.write(Buffer.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  }
  socket.uncork();
  if (!isTaken && !socket.destroyed) await drained(socket);
}

/** Until a socket takes more, or will never. */
async function drained(socket: Socket): Promise<void> {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    await Promise.race([once(socket, "drain", { signal }), once(socket, "close", { signal })]);
  } finally {
    heard.abort();
  }
}

/**
 * Messages in order until the other side hangs up. @param isKnown Until it says so, messages are short and without
 * arrays: nobody has memory set aside who may not join. @throws OperationError for bytes that are none.
 */
export async function* messagesOf(socket: Socket, isKnown: () => boolean = () => true): AsyncGenerator<Message> {
  const bytes = new Bytes(socket);
  for (;;) {
    const length = await bytes.take(LENGTH_BYTES);
    if (length === undefined) return;
    const headBytes = new DataView(length).getUint32(0, true);
    if (headBytes > (isKnown() ? LONGEST_HEAD_BYTES : LONGEST_GREETING_BYTES))
      throw strange(`a head of ${headBytes} bytes`);
    const head = await bytes.take(headBytes);
    if (head === undefined) return;
    const { kind, facts, tensors } = parsed(head);
    if (tensors.length > 0 && !isKnown()) throw strange("arrays of a stranger");
    const found: Record<string, TensorData> = {};
    for (const { name, type, length: count } of tensors) {
      const data = await bytes.take(count * TYPES[type].BYTES_PER_ELEMENT);
      if (data === undefined) return;
      found[name] = new TYPES[type](data);
    }
    yield { kind, facts, tensors: found };
  }
}

function parsed(bytes: ArrayBuffer): Head {
  try {
    const { kind, facts, tensors } = JSON.parse(Buffer.from(bytes).toString("utf8")) as Head;
    if (typeof kind === "string" && tensors.every(isListed)) return { kind, facts, tensors };
  } catch {
    // Told below.
  }
  throw strange("another form");
}

function isListed({ type, length }: Head["tensors"][number]): boolean {
  return type in TYPES && Number.isSafeInteger(length) && length >= 0;
}

const strange = (found: string) =>
  new OperationError(`a helper of a training: found ${found}, expected a message of the same version of isrf.`);

function typeOf(data: TensorData): TypeName {
  return data instanceof Float32Array ? "f32" : data instanceof Int32Array ? "i32" : "u8";
}

/** Bytes of a socket in pieces of the size that is asked for. */
class Bytes {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.chunks = socket[Symbol.asyncIterator]();
  }

  /** Exactly so many; undefined where the other side hung up before. */
  async take(size: number): Promise<ArrayBuffer | undefined> {
    const whole = new Uint8Array(size);
    let filled = 0;
    while (filled < size) {
      if (this.rest.length === 0) {
        const next = await this.chunks.next().catch(() => ({ done: true, value: undefined }) as const);
        if (next.done === true) return undefined;
        this.rest = next.value;
      }
      const part = this.rest.subarray(0, size - filled);
      whole.set(part, filled);
      filled += part.length;
      this.rest = this.rest.subarray(part.length);
    }
    return whole.buffer;
  }
}
