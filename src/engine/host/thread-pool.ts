// Threads that run a kernel over many chunks of work in shared memory. The caller works too and blocks until all is
// done; chunks are claimed one by one, so that a thread which wakes late (or not at all) costs nothing but its help.
//
// The first words of the shared memory are the protocol, read and written atomically:
//   GENERATION  wakes the threads when it changes
//   OPEN        1 while chunks may be claimed
//   ACTIVE      threads that are inside; the job's words may change only when it is 0
//   NEXT        the next chunk to claim
//   COUNT       number of chunks, whose parameters follow from the 16th word on, 16 words each
//   KERNEL      which kernel they are for
//   HELPERS     threads that may help; the others go back to sleep
import { Worker } from "node:worker_threads";
import { type WasmMemory, webAssembly } from "../kernels/web-assembly.ts";

const [GENERATION, OPEN, ACTIVE, NEXT, COUNT, KERNEL, HELPERS] = [0, 1, 2, 3, 4, 5, 6] as const;
const TABLE_BYTES = 64;
/** Most parameters of a kernel; missing ones are passed as anything. */
const PARAMETERS = 16;
/** Looks at the generation before a thread goes to sleep, from which it would need tens of microseconds to wake. */
const SPINS = 4000;

export const MOST_CHUNKS = 256;
/** Bytes at the start of the memory that belong to the protocol. */
export const PROTOCOL_BYTES = TABLE_BYTES + MOST_CHUNKS * 4 * PARAMETERS;

/** What a thread runs: the same claims as in `runChunks`. Text, so that it needs no file beside the bundle. */
const WORKER = `
const { workerData: { module, memory, names, number } } = require("node:worker_threads");
const words = new Int32Array(memory.buffer, 0, ${PROTOCOL_BYTES / 4});
const table = words.subarray(${TABLE_BYTES / 4});
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernels = names.map((name) => exports[name]);
for (let seen = 0; ; ) {
  for (let i = 0; i < ${SPINS} && Atomics.load(words, ${GENERATION}) === seen; i++);
  Atomics.wait(words, ${GENERATION}, seen);
  seen = Atomics.load(words, ${GENERATION});
  Atomics.add(words, ${ACTIVE}, 1);
  if (Atomics.load(words, ${OPEN}) === 1 && number < words[${HELPERS}]) {
    const [count, run] = [words[${COUNT}], kernels[words[${KERNEL}]]];
    for (let i; (i = Atomics.add(words, ${NEXT}, 1)) < count; )
      run(...table.subarray(${PARAMETERS} * i, ${PARAMETERS} * (i + 1)));
  }
  if (Atomics.sub(words, ${ACTIVE}, 1) === 1) Atomics.notify(words, ${ACTIVE});
}`;

export type SharedKernel = (...parameters: number[]) => void;

export class ThreadPool<Name extends string> {
  private readonly memory: WasmMemory;
  private readonly module: object;
  private readonly names: readonly Name[];
  private readonly kernels: Readonly<Record<Name, SharedKernel>>;
  private readonly words: Int32Array;
  private workers = 0;

  /** `names` are the exports of the module `bytes`, kernels of at most 16 parameters. */
  constructor(memory: WasmMemory, bytes: Uint8Array<ArrayBuffer>, names: readonly Name[]) {
    this.memory = memory;
    this.module = new webAssembly.Module(bytes);
    this.names = names;
    const { exports } = new webAssembly.Instance(this.module, { env: { memory } });
    this.kernels = exports as Record<Name, SharedKernel>;
    this.words = new Int32Array(memory.buffer, 0, PROTOCOL_BYTES / 4);
  }

  /** Call a kernel with each list of parameters, on at most `threads` threads. */
  forEach(kernel: Name, lists: readonly (readonly number[])[], threads: number): void {
    for (let at = 0; at < lists.length; at += MOST_CHUNKS)
      this.runChunks(kernel, lists.slice(at, at + MOST_CHUNKS), threads);
  }

  private runChunks(kernel: Name, lists: readonly (readonly number[])[], threads: number): void {
    const run = this.kernels[kernel];
    if (threads <= 1 || lists.length <= 1) {
      for (const list of lists) run(...list);
      return;
    }
    const count = lists.length;
    while (this.workers < Math.min(threads, count) - 1) this.start();
    const { words } = this;
    words[KERNEL] = this.names.indexOf(kernel);
    words[COUNT] = count;
    words[HELPERS] = threads - 1;
    for (const [i, list] of lists.entries()) words.set(list, TABLE_BYTES / 4 + PARAMETERS * i);
    Atomics.store(words, NEXT, 0);
    Atomics.store(words, OPEN, 1);
    Atomics.add(words, GENERATION, 1);
    Atomics.notify(words, GENERATION);
    try {
      for (let i = Atomics.add(words, NEXT, 1); i < count; i = Atomics.add(words, NEXT, 1)) run(...lists[i]!);
    } finally {
      Atomics.store(words, OPEN, 0);
      for (let inside = Atomics.load(words, ACTIVE); inside > 0; inside = Atomics.load(words, ACTIVE)) {
        Atomics.wait(words, ACTIVE, inside);
      }
    }
  }

  /** A thread keeps no process alive. */
  private start(): void {
    const { memory, module, names } = this;
    // Without the process's options: --input-type would have the text read as an ES module, tsx would be loaded in
    // vain.
    const worker = new Worker(WORKER, {
      eval: true,
      execArgv: [],
      workerData: { module, memory, names, number: this.workers },
    });
    worker.unref();
    this.workers++;
  }
}
