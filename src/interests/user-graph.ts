// The semantic user relation R (paper eq. 6) as a propagation operator (eq. 7). Eq. 7's D^{-1/2} R D^{-1/2} presumes
// one degree vector, but R is defined per row and not symmetric. Every row has degree k, and that is the one taken.
import { UsageError } from "../base/errors.ts";
import type { SparseRows } from "../base/matrix.ts";

/**
 * Whether users are similar to themselves: not; besides their k neighbours; or among them, in the place of the last, as
 * eq. 6 takes the k from all of U, which holds the user.
 */
export type SelfLoop = "none" | "besides" | "among";

/** The `k` most similar users of each, best first: row `u` holds `neighbours[u * k .. (u + 1) * k)`, never `u`. */
export interface UserNeighbours {
  readonly rows: number;
  readonly k: number;
  readonly neighbours: Int32Array;
}

/**
 * R / k: the mean over the k neighbours, columns ascending within each row; with the user besides them, R + I over
 * k + 1.
 * @throws UsageError for k = 0 or a neighbour out of range.
 */
export function relationMatrix(graph: UserNeighbours, selfLoop: SelfLoop = "none"): SparseRows {
  check(graph);
  const { rows, k, neighbours } =
    selfLoop === "none" ? graph : withSelf(graph, selfLoop === "among" ? graph.k - 1 : graph.k);
  const offsets = Int32Array.from({ length: rows + 1 }, (_, user) => user * k);
  const indices = Int32Array.from(neighbours);
  for (let user = 0; user < rows; user++) indices.subarray(user * k, (user + 1) * k).sort();
  return { rows, columns: rows, offsets, indices, values: new Float32Array(rows * k).fill(1 / k) };
}

/** Each user, and the first `others` neighbours. */
function withSelf({ rows, k, neighbours }: UserNeighbours, others: number): UserNeighbours {
  const all = new Int32Array(rows * (others + 1));
  for (let user = 0; user < rows; user++) {
    all[user * (others + 1)] = user;
    all.set(neighbours.subarray(user * k, user * k + others), user * (others + 1) + 1);
  }
  return { rows, k: others + 1, neighbours: all };
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
