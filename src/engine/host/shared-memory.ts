// The memory that threads share: constant matrices at the bottom, which stay, and above them room for one product at a
// time.
import type { SparseRows } from "../../base/matrix.ts";
import { assemble } from "../kernels/assembler.ts";
import { bestColumns } from "../kernels/best-columns.ts";
import { rankTwoProduct, reflect } from "../kernels/householder.ts";
import { sparseRows } from "../kernels/sparse-rows.ts";
import { PAGE, type WasmMemory, webAssembly } from "../kernels/web-assembly.ts";
import type { SparseOperator } from "../trace/sparse-operator.ts";
import { PROTOCOL_BYTES, ThreadPool } from "./thread-pool.ts";

/** All that 32-bit addresses reach; reserved, not used. */
const MOST_PAGES = 65_536;
/** Matrices that are kept; when one more does not fit, all are placed anew. */
const KEPT_BYTES = 2 ** 29;
const LINE = 64;

const KERNELS = {
  sparseRows: sparseRows(),
  rankTwoProduct: rankTwoProduct(),
  reflect: reflect(),
  bestColumns: bestColumns(),
};
type KernelName = keyof typeof KERNELS;

const aligned = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/** Addresses of a matrix's arrays. */
export interface PlacedRows {
  /** Its row numbers, 0 and on. */
  readonly numbers: number;
  readonly offsets: number;
  readonly indices: number;
  readonly values: number;
}

export class SharedMemory {
  readonly pool: ThreadPool<KernelName>;
  private readonly memory: WasmMemory;
  private readonly placed = new Map<number, PlacedRows>();
  private keptEnd = aligned(PROTOCOL_BYTES);
  private top = this.keptEnd;

  constructor() {
    this.memory = new webAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true });
    this.pool = new ThreadPool(this.memory, assemble(KERNELS, MOST_PAGES), Object.keys(KERNELS) as KernelName[]);
  }

  /** Free the memory above what is kept. */
  begin(): void {
    this.top = this.keptEnd;
  }

  /** Addresses of the operator's rows, and the memory above them free. */
  beginWith(operator: SparseOperator): PlacedRows {
    this.begin();
    const known = this.placed.get(operator.serial);
    if (known !== undefined) return known;
    const { source } = operator;
    if (this.keptEnd + bytesOf(source) > KEPT_BYTES) {
      this.placed.clear();
      this.top = aligned(PROTOCOL_BYTES);
    }
    const made = {
      numbers: this.put(Int32Array.from({ length: source.rows }, (_, i) => i)),
      offsets: this.put(source.offsets),
      indices: this.put(source.indices),
      values: this.put(source.values),
    };
    this.keptEnd = this.top;
    this.placed.set(operator.serial, made);
    return made;
  }

  /** Address of free memory, which holds whatever was there. Views that were made before may no longer reach it. */
  take(bytes: number): number {
    const at = this.top;
    this.top += aligned(bytes);
    const missing = this.top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  doubles(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, length);
  }

  ints(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }

  /** Address of a copy of `values`. */
  put(values: Int32Array | Float32Array): number {
    const at = this.take(values.byteLength);
    const target = values instanceof Int32Array ? this.ints(at, values.length) : this.floats(at, values.length);
    target.set(values);
    return at;
  }
}

function bytesOf({ rows, offsets, indices, values }: SparseRows): number {
  return aligned(4 * rows) + aligned(offsets.byteLength) + aligned(indices.byteLength) + aligned(values.byteLength);
}

let made: SharedMemory | undefined;

/** One for the process: products finish before others begin. */
export function sharedMemory(): SharedMemory {
  made ??= new SharedMemory();
  return made;
}
