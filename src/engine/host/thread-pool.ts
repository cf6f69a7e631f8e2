// Threads that run one kernel over many chunks of work in shared memory. The caller works too and blocks until all is done;
// chunks are claimed one by one, so that a thread which wakes late (or not at all) costs nothing but its help.
//
// The first words of the shared memory are the protocol, read and written atomically:
//   GENERATION  wakes the threads when it changes
//   OPEN        1 while chunks may be claimed
//   ACTIVE      threads that are inside; the job's words may change only when it is 0
//   NEXT        the next chunk to claim
//   COUNT       number of chunks, whose parameters follow from the 16th word on
import { Worker } from "node:worker_threads";
import { type WasmMemory, webAssembly } from "../kernels/web-assembly.ts";

const [GENERATION, OPEN, ACTIVE, NEXT, COUNT] = [0, 1, 2, 3, 4] as const;
const TABLE_BYTES = 64;

export const MOST_CHUNKS = 256;
/** Bytes at the start of the memory that belong to the protocol, for kernels of up to 16 parameters. */
export const PROTOCOL_BYTES = TABLE_BYTES + MOST_CHUNKS * 64;

/** What a thread runs: the same claims as `work` below. Text, so that it needs no file beside the bundle. */
const WORKER = `
const { workerData: { module, memory, kernel, parameters } } = require("node:worker_threads");
const words = new Int32Array(memory.buffer, 0, ${PROTOCOL_BYTES / 4});
const table = words.subarray(${TABLE_BYTES / 4});
const run = new WebAssembly.Instance(module, { env: { memory } }).exports[kernel];
for (let seen = 0; ; ) {
  Atomics.wait(words, ${GENERATION}, seen);
  seen = Atomics.load(words, ${GENERATION});
  Atomics.add(words, ${ACTIVE}, 1);
  if (Atomics.load(words, ${OPEN}) === 1) {
    const count = words[${COUNT}];
    for (let i; (i = Atomics.add(words, ${NEXT}, 1)) < count; )
      run(...table.subarray(parameters * i, parameters * (i + 1)));
  }
  if (Atomics.sub(words, ${ACTIVE}, 1) === 1) Atomics.notify(words, ${ACTIVE});
}`;

export type SharedKernel = (...parameters: number[]) => void;

export class ThreadPool {
  private readonly memory: WasmMemory;
  private readonly module: object;
  private readonly kernel: string;
  private readonly parameters: number;
  private readonly run: SharedKernel;
  private readonly words: Int32Array;
  private workers = 0;

  /** `kernel` is the name of an export of the module `bytes`, with so many parameters. */
  constructor(memory: WasmMemory, bytes: Uint8Array<ArrayBuffer>, kernel: string, parameters: number) {
    this.memory = memory;
    this.module = new webAssembly.Module(bytes);
    this.kernel = kernel;
    this.parameters = parameters;
    const { exports } = new webAssembly.Instance(this.module, { env: { memory } });
    this.run = (exports as Record<string, SharedKernel>)[kernel]!;
    this.words = new Int32Array(memory.buffer, 0, PROTOCOL_BYTES / 4);
  }

  /** Call the kernel with each list of parameters, at most `MOST_CHUNKS`, on at most `threads` threads. */
  forEach(lists: readonly (readonly number[])[], threads: number): void {
    const count = lists.length;
    while (this.workers < Math.min(threads, count) - 1) this.start();
    const { words, parameters, run } = this;
    words[COUNT] = count;
    lists.forEach((list, i) => words.set(list, TABLE_BYTES / 4 + parameters * i));
    Atomics.store(words, NEXT, 0);
    if (threads > 1 && count > 1) {
      Atomics.store(words, OPEN, 1);
      Atomics.add(words, GENERATION, 1);
      Atomics.notify(words, GENERATION, threads - 1);
    }
    for (let i = Atomics.add(words, NEXT, 1); i < count; i = Atomics.add(words, NEXT, 1)) run(...lists[i]!);
    Atomics.store(words, OPEN, 0);
    for (let inside = Atomics.load(words, ACTIVE); inside > 0; inside = Atomics.load(words, ACTIVE)) {
      Atomics.wait(words, ACTIVE, inside);
    }
  }

  /** A thread keeps no process alive. */
  private start(): void {
    const { memory, module, kernel, parameters } = this;
    const worker = new Worker(WORKER, { eval: true, workerData: { module, memory, kernel, parameters } });
    worker.unref();
    this.workers++;
  }
}
