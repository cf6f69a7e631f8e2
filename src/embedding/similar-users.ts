// Exact nearest users by cosine (paper eq. 6), blocked so that the score matrix never exists as a whole.
import { UsageError } from "../base/errors.ts";
import { type Matrix, normaliseRows } from "../base/matrix.ts";
import { type Report, silent } from "../base/progress.ts";
import { BestColumns } from "../engine/index.ts";
import { forEachProductTile, type ProductTile, TILE_ROWS } from "./blocked-matmul.ts";

/** Row `u`: the `k` most similar other users, best first: `neighbours[u * k + j]` with `cosines[u * k + j]`. */
export interface SimilarUsers {
  readonly rows: number;
  readonly k: number;
  readonly neighbours: Int32Array;
  readonly cosines: Float32Array;
}

export interface SimilarUsersOptions {
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The `k` nearest rows of every row by cosine, the row itself excluded, ties by lower index. A row of zeros has cosine
 * 0 with everyone. Memory: the result, a unit-length copy of `vectors`, and a tile of 16 MiB twice.
 * @throws UsageError unless 1 <= k < rows.
 */
export async function similarUsers(
  vectors: Matrix,
  k: number,
  options: SimilarUsersOptions = {},
): Promise<SimilarUsers> {
  checkNeighbours(k, vectors.rows);
  return similarRows(normaliseRows(vectors), k, { from: 0, to: vectors.rows }, options);
}

/** Part of the rows, whose nearest are looked for among all. */
export interface RowRange {
  /** A multiple of `SIMILAR_BLOCK`. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Rows whose nearest are found together: a search divided between such blocks gives the bits of an undivided one. */
export const SIMILAR_BLOCK = TILE_ROWS;

/**
 * `similarUsers` for some rows alone, with 0 for `from`.
 * @param unit rows of length 1 or 0: those of `vectors` after `normaliseRows`.
 * @throws UsageError unless 1 <= k < rows.
 */
export async function similarRows(
  unit: Matrix,
  k: number,
  { from, to }: RowRange,
  { threads, report = silent, signal }: SimilarUsersOptions = {},
): Promise<SimilarUsers> {
  const { rows } = unit;
  checkNeighbours(k, rows);
  const neighbours = new Int32Array((to - from) * k).fill(-1);
  const cosines = new Float32Array((to - from) * k).fill(-Infinity);
  let best: BestColumns | undefined;
  const visit = (tile: ProductTile) => {
    const { data, stride, rowStart, rowEnd, columnStart, columnEnd } = tile;
    for (let r = Math.max(rowStart, columnStart); r < Math.min(rowEnd, columnEnd); r++)
      data[(r - rowStart) * stride + r - columnStart] = -Infinity;
    best ??= new BestColumns(rowEnd - rowStart, k, threads);
    const columns = columnEnd - columnStart;
    best.add({ data, stride, rows: rowEnd - rowStart, columns, firstColumn: columnStart });
    if (columnEnd < rows) return;
    for (let r = rowStart; r < rowEnd; r++) best.copyRow(r - rowStart, cosines, neighbours, (r - from) * k);
    best = undefined;
    report({ kind: "step", stage: "similar users", done: rowEnd - from, total: to - from, unit: "users" });
  };
  await forEachProductTile(unit, unit, visit, { from, to, threads, signal });
  return { rows: to - from, k, neighbours, cosines };
}

function checkNeighbours(k: number, rows: number): void {
  if (Number.isInteger(k) && k >= 1 && k < rows) return;
  throw new UsageError(`similar users: k = ${k}, expected 1 to ${rows - 1} (one less than the ${rows} users)`);
}
