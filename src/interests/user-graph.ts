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
 * R / k: the mean over the k neighbours, columns ascending within each row. With `hasSelfLoop` users count among their
 * own neighbours, besides the k others: R + I over k + 1.
 * @throws UsageError for k = 0 or a neighbour out of range.
 */
export function relationMatrix(graph: UserNeighbours, hasSelfLoop = false): SparseRows {
  check(graph);
  const { rows, k, neighbours } = hasSelfLoop ? withSelfLoop(graph) : graph;
  const offsets = Int32Array.from({ length: rows + 1 }, (_, user) => user * k);
  const indices = Int32Array.from(neighbours);
  for (let user = 0; user < rows; user++) indices.subarray(user * k, (user + 1) * k).sort();
  return { rows, columns: rows, offsets, indices, values: new Float32Array(rows * k).fill(1 / k) };
}

function withSelfLoop({ rows, k, neighbours }: UserNeighbours): UserNeighbours {
  const all = new Int32Array(rows * (k + 1));
  for (let user = 0; user < rows; user++) {
    all[user * (k + 1)] = user;
    all.set(neighbours.subarray(user * k, (user + 1) * k), user * (k + 1) + 1);
  }
  return { rows, k: k + 1, neighbours: all };
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
