// Exact nearest users by cosine (paper eq. 6), blocked so that the score matrix never exists as a whole.
import { UsageError } from "../base/errors.ts";
import { type Matrix, normaliseRows } from "../base/matrix.ts";
import { type Report, silent } from "../base/progress.ts";
import { BestColumns } from "../engine/index.ts";
import { forEachProductTile, type ProductTile } from "./blocked-matmul.ts";

/** Row `u`: the `k` most similar other users, best first: `neighbours[u * k + j]` with `cosines[u * k + j]`. */
export interface SimilarUsers {
  readonly rows: number;
  readonly k: number;
  readonly neighbours: Int32Array;
  readonly cosines: Float32Array;
}

export interface SimilarUsersOptions {
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
  { report = silent, signal }: SimilarUsersOptions = {},
): Promise<SimilarUsers> {
  const { rows } = vectors;
  if (!Number.isInteger(k) || k < 1 || k >= rows) {
    throw new UsageError(`similar users: k = ${k}, expected 1 to ${rows - 1} (one less than the ${rows} users)`);
  }
  const neighbours = new Int32Array(rows * k).fill(-1);
  const cosines = new Float32Array(rows * k).fill(-Infinity);
  const unit = normaliseRows(vectors);
  let best: BestColumns | undefined;
  const visit = (tile: ProductTile) => {
    const { data, stride, rowStart, rowEnd, columnStart, columnEnd } = tile;
    for (let r = Math.max(rowStart, columnStart); r < Math.min(rowEnd, columnEnd); r++)
      data[(r - rowStart) * stride + r - columnStart] = -Infinity;
    best ??= new BestColumns(rowEnd - rowStart, k);
    const columns = columnEnd - columnStart;
    best.add({ data, stride, rows: rowEnd - rowStart, columns, firstColumn: columnStart });
    if (columnEnd < rows) return;
    for (let r = rowStart; r < rowEnd; r++) best.copyRow(r - rowStart, cosines, neighbours, r * k);
    best = undefined;
    report({ kind: "step", stage: "similar users", done: rowEnd, total: rows, unit: "users" });
  };
  await forEachProductTile(unit, unit, visit, signal);
  return { rows, k, neighbours, cosines };
}
