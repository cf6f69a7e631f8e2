// The kernels with a small memory of their own. Arrays of any length pass through it piece by piece: the pieces stay in
// the cache, so the copies cost little, and no array must live in WebAssembly's memory.
import { KERNEL_BYTES, type Kernels } from "./kernels.ts";
import { PAGE, webAssembly } from "./web-assembly.ts";

/** Floats of one piece: four of them fill half a megabyte, half of a usual second-level cache. */
export const PIECE = 32_768;

export interface Scratch {
  readonly kernels: Kernels;
  /** Four pieces, one after the other; a piece begins at byte `4 * PIECE * i`. */
  readonly pieces: readonly Float32Array[];
  /** A few words beside the pieces, and their address. */
  readonly words: Uint32Array;
  readonly wordsAt: number;
}

let made: Scratch | undefined;

/** One for the thread: calls finish before others begin, and nothing in it outlives a call. */
export function scratch(): Scratch {
  made ??= make();
  return made;
}

function make(): Scratch {
  const wordsAt = 16 * PIECE;
  const { Memory, Module, Instance } = webAssembly;
  const memory = new Memory({ initial: wordsAt / PAGE + 1 });
  const { exports } = new Instance(new Module(KERNEL_BYTES), { env: { memory } });
  return {
    kernels: exports as Kernels,
    pieces: Array.from({ length: 4 }, (_, i) => new Float32Array(memory.buffer, 4 * PIECE * i, PIECE)),
    words: new Uint32Array(memory.buffer, wordsAt, 16),
    wordsAt,
  };
}
