// Products of tall matrices in tiles of bounded memory, multiplied by the engine (onnxruntime's kernels run near the
// processor's peak; plain loops reach a hundredth of that).
import { stopIf, UsageError } from "../base/errors.ts";
import { type Matrix, matrix } from "../base/matrix.ts";
import { compile, matmul, trace, transpose } from "../engine/index.ts";

/**
 * One finished tile: `data[(r - rowStart) * stride + (c - columnStart)]` = a[r] . b[c]. Valid during the visit only.
 */
export interface ProductTile {
  readonly data: Float32Array;
  readonly stride: number;
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly columnStart: number;
  readonly columnEnd: number;
}

/** Rows of a tile: what is computed from a multiple of it on comes out as in the whole product, to the last bit. */
export const TILE_ROWS = 512;
const TILE_COLUMNS = 8192;

export interface TileOptions {
  /** Rows of a that are multiplied; `from` is a multiple of `TILE_ROWS`. Default: all. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * a [m, d] times the transpose of b [n, d], tile by tile. Row blocks ascend in the outer loop, column blocks in the
 * inner one. Memory beyond the operands: one tile of at most 512 x 8192 and two padded blocks.
 */
export async function forEachProductTile(
  a: Matrix,
  b: Matrix,
  visit: (tile: ProductTile) => void,
  { from = 0, to = a.rows, threads, signal }: TileOptions = {},
): Promise<void> {
  if (a.columns !== b.columns) throw new UsageError(`product: widths ${a.columns} and ${b.columns} differ`);
  if (a.rows === 0 || b.rows === 0) return;
  const [height, width] = [Math.min(TILE_ROWS, a.rows), Math.min(TILE_COLUMNS, b.rows)];
  const program = await compile(
    trace((t) => ({
      product: matmul(t.input("left", [height, a.columns]), transpose(t.input("right", [width, b.columns]))),
    })),
    { threads },
  );
  try {
    const product = new Float32Array(height * width);
    const rights = Array.from({ length: Math.ceil(b.rows / width) }, (_, i) => block(b, i * width, width));
    for (let rowStart = from; rowStart < to; rowStart += height) {
      const left = block(a, rowStart, height);
      for (const [i, right] of rights.entries()) {
        stopIf(signal, "stopped between two blocks");
        const columnStart = i * width;
        await program.run({ left, right }, { product });
        visit({
          data: product,
          stride: width,
          rowStart,
          rowEnd: Math.min(rowStart + height, to),
          columnStart,
          columnEnd: Math.min(columnStart + width, b.rows),
        });
      }
    }
  } finally {
    await program.dispose();
  }
}

/** a [m, d] times the transpose of b [n, d]: [m, n]. */
export async function multiplyTransposed(
  a: Matrix,
  b: Matrix,
  { threads, signal }: Pick<TileOptions, "threads" | "signal"> = {},
): Promise<Matrix> {
  const out = matrix(a.rows, b.rows);
  await forEachProductTile(
    a,
    b,
    ({ data, stride, rowStart, rowEnd, columnStart, columnEnd }) => {
      for (let r = rowStart; r < rowEnd; r++) {
        const from = (r - rowStart) * stride;
        out.data.set(data.subarray(from, from + columnEnd - columnStart), r * b.rows + columnStart);
      }
    },
    { threads, signal },
  );
  return out;
}

/** `count` rows from `start`, as a view where they exist, else padded with zeros. */
export function block(m: Matrix, start: number, count: number): Float32Array {
  const rows = m.data.subarray(start * m.columns, (start + count) * m.columns);
  if (rows.length === count * m.columns) return rows;
  const padded = new Float32Array(count * m.columns);
  padded.set(rows);
  return padded;
}

/** A copy with rows and columns exchanged. */
export function transposed({ rows, columns, data }: Matrix): Matrix {
  const out = matrix(columns, rows);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = data[r * columns + c]!;
  return out;
}
