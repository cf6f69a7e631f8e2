// Exact nearest users by cosine (paper eq. 6), blocked so that the score matrix never exists as a whole.
import { UsageError } from "../base/errors.ts";
import { type Report, silent } from "../base/progress.ts";
import { type Matrix, normaliseRows } from "../base/typed-arrays.ts";
import { forEachProductTile, type ProductTile } from "./blocked-matmul.ts";

/** Row `u`: the `k` most similar other users, best first: `neighbours[u * k + j]` with `cosines[u * k + j]`. */
export interface SimilarUsers {
  readonly rows: number;
  readonly k: number;
  readonly neighbours: Int32Array;
  readonly cosines: Float32Array;
}

export interface SimilarUsersOptions {
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

/**
 * The `k` nearest rows of every row by cosine, the row itself excluded, ties by lower index. A row of zeros has cosine 0
 * with everyone. Memory: the result, a unit-length copy of `vectors`, and one tile of 16 MiB.
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
  let pairs = 0;
  const visit = (tile: ProductTile) => {
    for (let r = tile.rowStart; r < tile.rowEnd; r++) {
      keepBest(tile, r, neighbours.subarray(r * k, (r + 1) * k), cosines.subarray(r * k, (r + 1) * k));
    }
    pairs += (tile.rowEnd - tile.rowStart) * (tile.columnEnd - tile.columnStart);
    report({ kind: "step", stage: "similar users", done: Math.floor(pairs / rows), total: rows, unit: "users" });
  };
  await forEachProductTile(unit, unit, visit, signal);
  return { rows, k, neighbours, cosines };
}

/** Insert a tile row's candidates into a best-first list. Columns ascend over tiles, so "strictly better" keeps ties in index order. */
function keepBest(tile: ProductTile, self: number, ids: Int32Array, best: Float32Array): void {
  const { data, columnStart, columnEnd } = tile;
  const base = (self - tile.rowStart) * tile.stride - columnStart;
  const last = best.length - 1;
  let threshold = best[last]!;
  for (let c = columnStart; c < columnEnd; c++) {
    const score = data[base + c]!;
    if (!(score > threshold) || c === self) continue;
    let at = last;
    while (at > 0 && best[at - 1]! < score) {
      best[at] = best[at - 1]!;
      ids[at] = ids[at - 1]!;
      at--;
    }
    best[at] = score;
    ids[at] = c;
    threshold = best[last]!;
  }
}
