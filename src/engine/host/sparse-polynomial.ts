// y = sum over l of c_l A^l x by Horner's rule, in shared memory on several threads. It does what programs cannot say:
// rows that nobody asked for are left out of the last product, and rows of zeros out of the first.
import { availableParallelism } from "node:os";
import { internal } from "../../base/errors.ts";
import type { SparseRows } from "../../base/matrix.ts";
import type { SparseOperator } from "../trace/sparse-operator.ts";
import { type PlacedRows, type SharedMemory, sharedMemory } from "./shared-memory.ts";
import { MOST_CHUNKS } from "./thread-pool.ts";

export interface SparsePolynomial {
  readonly operator: SparseOperator;
  /** c_0 .. c_L, c_L not 0, L at least 1. */
  readonly coefficients: readonly number[];
  /** Columns of x. */
  readonly width: number;
  /** Default: one a core. */
  readonly threads?: number | undefined;
  /**
   * Write all of x [operator.columns, width]; the answer is which rows may be other than zero (1), or undefined for
   * all.
   */
  readonly fill: (x: Float32Array) => Uint8Array | undefined;
  /** Rows of y to compute, in this order; default all. */
  readonly rows?: Int32Array | undefined;
  /** Read y [rows, width], which is valid during the call. */
  readonly visit: (y: Float32Array) => void;
}

const VECTOR_FLOATS = 4;
/** Bytes for x and what is between; wider inputs are worked on in blocks of columns. */
const ROOM = 3 * 2 ** 30;
/** Work (edges and rows times columns) of a chunk: large enough for a claim to cost nothing. */
const CHUNK_WORK = 2 ** 18;
/** Below so many columns it does not pay to look for rows of zeros. */
const SPARSE_FROM = 128;

/** @throws Error when the memory for one block of four columns is not to be had. */
export function sparsePolynomial(task: SparsePolynomial): void {
  const { operator, width } = task;
  const tall = Math.max(operator.rows, operator.columns, task.rows?.length ?? 0);
  const fits = Math.floor(ROOM / (3 * 4 * tall * VECTOR_FLOATS)) * VECTOR_FLOATS;
  if (fits === 0) throw internal(`a sparse product with ${tall} rows is beyond 32-bit addresses`);
  if (width % VECTOR_FLOATS === 0 && width <= fits) computeBlock(task);
  else computeByBlocks(task, fits);
}

function computeBlock({
  operator,
  coefficients,
  width,
  threads = availableParallelism(),
  ...task
}: SparsePolynomial): void {
  const memory = sharedMemory();
  const matrix = memory.beginWith(operator);
  const bytes = 4 * width;
  const x = memory.take(bytes * operator.columns);
  const isFilled = task.fill(memory.floats(x, operator.columns * width));
  const wanted = task.rows === undefined ? undefined : { at: memory.put(task.rows), list: task.rows };
  const zeros = memory.take(bytes);
  memory.floats(zeros, width).fill(0);
  const factors = memory.take(8);
  const last = coefficients.length - 1;
  // The last product writes to the first buffer: one row for each that is asked for, which may be more than A has.
  const lengths = [Math.max(operator.rows, task.rows?.length ?? 0), operator.rows].slice(0, Math.min(2, last));
  const buffers = lengths.map((length) => memory.take(bytes * length));
  let [from, y] = [x, x];
  for (let l = last - 1; l >= 0; l--) {
    // The leading coefficient is a factor on the first product, which reads x itself.
    const scale = l === last - 1 ? coefficients[last]! : 1;
    const share = coefficients[l]! / scale;
    const isSparse = from === x && isFilled !== undefined && width >= SPARSE_FROM;
    const source = isSparse
      ? withoutZeros(operator.source, isFilled, memory, matrix)
      : { ...matrix, offsetList: operator.source.offsets };
    y = buffers[l % 2] ?? buffers[0]!;
    memory.floats(factors, 2).set([share, scale]);
    const constant = [from, ...(share === 0 ? [zeros, 0] : [x, bytes]), factors];
    const places = [source.offsets, source.indices, source.values, bytes];
    const rows = l === 0 && wanted !== undefined ? wanted : { at: matrix.numbers, list: undefined };
    const lists = chunks(source.offsetList, rows.list, width).map(([begin, end]) => [
      rows.at + 4 * begin,
      rows.at + 4 * end,
      y + bytes * begin,
      ...constant,
      ...places,
    ]);
    memory.pool.forEach("sparseRows", lists, threads);
    from = y;
  }
  task.visit(memory.floats(y, width * (task.rows?.length ?? operator.rows)));
}

/** Rows of A in pieces of about equal work: [begin, end) of the list, or of all rows. */
function chunks(offsets: Int32Array, list: Int32Array | undefined, width: number): [number, number][] {
  const count = list?.length ?? offsets.length - 1;
  const workOf = (i: number): number => {
    const row = list?.[i] ?? i;
    return offsets[row + 1]! - offsets[row]! + 1;
  };
  let total = 0;
  for (let i = 0; i < count; i++) total += workOf(i);
  const most = Math.max(CHUNK_WORK / width, total / (MOST_CHUNKS - 1));
  const pieces: [number, number][] = [];
  let [begin, work] = [0, 0];
  for (let i = 0; i < count; i++) {
    work += workOf(i);
    if (work < most && i < count - 1) continue;
    pieces.push([begin, i + 1]);
    [begin, work] = [i + 1, 0];
  }
  return pieces;
}

/** A without the entries that meet rows of zeros. */
function withoutZeros(
  { rows, offsets, indices, values }: SparseRows,
  isFilled: Uint8Array,
  memory: SharedMemory,
  { numbers }: PlacedRows,
): PlacedRows & { readonly offsetList: Int32Array } {
  const places = {
    numbers,
    offsets: memory.take(4 * (rows + 1)),
    indices: memory.take(4 * indices.length),
    values: memory.take(4 * indices.length),
  };
  const offsetList = memory.ints(places.offsets, rows + 1);
  const keptIndices = memory.ints(places.indices, indices.length);
  const keptValues = memory.floats(places.values, indices.length);
  let kept = 0;
  for (let r = 0; r < rows; r++) {
    offsetList[r] = kept;
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) {
      if (isFilled[indices[k]!] === 0) continue;
      keptIndices[kept] = indices[k]!;
      keptValues[kept++] = values[k]!;
    }
  }
  offsetList[rows] = kept;
  return { ...places, offsetList };
}

/** Widths that are no multiple of four, and inputs too large for the memory: some columns at a time. */
function computeByBlocks({ fill, visit, ...task }: SparsePolynomial, fits: number): void {
  const { operator, width } = task;
  const x = new Float32Array(operator.columns * width);
  const isFilled = fill(x);
  const y = new Float32Array((task.rows?.length ?? operator.rows) * width);
  for (let start = 0; start < width; start += fits) {
    const used = Math.min(fits, width - start);
    const padded = Math.ceil(used / VECTOR_FLOATS) * VECTOR_FLOATS;
    computeBlock({
      ...task,
      width: padded,
      fill: (block) => {
        block.fill(0);
        copyColumns(x, width, start, block, padded, 0, used);
        return isFilled;
      },
      visit: (block) => copyColumns(block, padded, 0, y, width, start, used),
    });
  }
  visit(y);
}

function copyColumns(
  from: Float32Array,
  fromWidth: number,
  fromStart: number,
  to: Float32Array,
  toWidth: number,
  toStart: number,
  count: number,
): void {
  for (let i = fromStart, o = toStart; i < from.length; i += fromWidth, o += toWidth) {
    for (let c = 0; c < count; c++) to[o + c] = from[i + c]!;
  }
}
