// A helper's side: joins a training, computes the parts that it is given, and knows nothing of the data.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { OperationError } from "../../../base/errors.ts";
import { productVersion } from "../../../base/product-version.ts";
import { type Report, silent } from "../../../base/progress.ts";
import { reasonOf } from "../../../base/system-errors.ts";
import { type CompileOptions, computeGradients } from "../../../engine/index.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { PartPrograms } from "./part-programs.ts";
import { asTensors } from "./part-tensors.ts";
import { type Message, messagesOf, prepare, send } from "./wire.ts";

export interface HelpOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly compile: CompileOptions;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Helps until the training ends or `signal` fires; the number of parts that were computed.
 * @throws OperationError when nobody listens there, or the training refuses or is lost.
 */
export async function helpTraining(options: HelpOptions): Promise<number> {
  const { host, port, token, signal, report = silent } = options;
  const socket = await joined(host, port, signal);
  if (socket === undefined) return 0;
  const leave = () => socket.destroy();
  signal?.addEventListener("abort", leave, { once: true });
  const work = new PartWork(options.compile);
  try {
    await send(socket, { kind: "hello", facts: { version: productVersion(), token } });
    for await (const message of messagesOf(socket)) {
      if (message.kind === "end") return work.done;
      if (message.kind === "refused")
        throw new OperationError(`${host}:${port}: the training refused this helper, since it ${message.facts}.`);
      await answer(socket, work, message);
      report({ kind: "step", stage: "help", done: work.done, total: work.done, unit: "parts" });
    }
    if (signal?.aborted) return work.done;
    throw new OperationError(`${host}:${port}: the training hung up without a word, after ${work.done} parts.`);
  } finally {
    signal?.removeEventListener("abort", leave);
    socket.destroy();
    await work.dispose();
  }
}

async function answer(socket: Socket, work: PartWork, message: Message): Promise<void> {
  try {
    const reply = await work.take(message);
    if (reply !== undefined) await send(socket, reply);
  } catch (error) {
    await send(socket, { kind: "failed", facts: (error as Error).message });
    throw error;
  }
}

/** Undefined when `signal` fired meanwhile. */
async function joined(host: string, port: number, signal: AbortSignal | undefined): Promise<Socket | undefined> {
  const socket = connect({ host, port });
  prepare(socket);
  try {
    await once(socket, "connect", { signal });
    return socket;
  } catch (cause) {
    socket.destroy();
    if (signal?.aborted) return undefined;
    throw new OperationError(`${host}:${port}: no training listens there (${reasonOf(cause)}).`, { cause });
  }
}

class PartWork {
  done = 0;
  private readonly programs: PartPrograms;
  private readonly values = new Map<string, Float32Array>();
  private network: NetworkShape | undefined;

  constructor(compile: CompileOptions) {
    this.programs = new PartPrograms(compile);
  }

  /** What is answered, where something is. */
  async take({ kind, facts, tensors = {} }: Message): Promise<Message | undefined> {
    if (kind === "network") this.network = facts as NetworkShape;
    if (kind === "values")
      for (const [name, value] of Object.entries(tensors)) this.values.set(name, value as Float32Array);
    if (kind !== "part") return undefined;
    const { index, shape, count } = facts as { index: number; shape: BatchShape; count: number };
    const program = await this.programs.of(shape, count, this.network!);
    const found = await computeGradients(program, { ...Object.fromEntries(this.values), ...tensors });
    this.done++;
    return { kind: "gradients", facts: index, tensors: asTensors(found) };
  }

  dispose(): Promise<void> {
    return this.programs.dispose();
  }
}
