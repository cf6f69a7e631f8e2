// The semantic user relation R (paper eq. 6) as a propagation operator (eq. 7). Eq. 7's D^{-1/2} R D^{-1/2} presumes
// one degree vector, but R is defined per row and not symmetric. Every row has degree k, and that is the one taken.
import { UsageError } from "../base/errors.ts";
import type { SparseRows } from "../base/matrix.ts";

/** The `k` most similar users of each user: row `u` holds `neighbours[u * k .. (u + 1) * k)`, never `u` itself. */
export interface UserNeighbours {
  readonly rows: number;
  readonly k: number;
  readonly neighbours: Int32Array;
}

/**
 * R / k: the mean over the k neighbours, columns ascending within each row.
 * @throws UsageError for k = 0 or a neighbour out of range.
 */
export function relationMatrix(graph: UserNeighbours): SparseRows {
  check(graph);
  const { rows, k, neighbours } = graph;
  const offsets = Int32Array.from({ length: rows + 1 }, (_, user) => user * k);
  const indices = Int32Array.from(neighbours);
  for (let user = 0; user < rows; user++) indices.subarray(user * k, (user + 1) * k).sort();
  return { rows, columns: rows, offsets, indices, values: new Float32Array(rows * k).fill(1 / k) };
}

function check({ rows, k, neighbours }: UserNeighbours): void {
  if (k < 1 || neighbours.length !== rows * k) {
    throw new UsageError(
      `user graph: ${neighbours.length} neighbours for ${rows} users, expected k = ${k} (at least 1) for each`,
    );
  }
  const wrong = neighbours.findIndex((other) => other < 0 || other >= rows);
  if (wrong >= 0) throw new UsageError(`user graph: neighbour ${neighbours[wrong]} of ${rows} users`);
}
