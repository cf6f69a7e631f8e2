// The semantic user relation R (paper eq. 6) as a propagation operator (eq. 7). Eq. 7's D^{-1/2} R D^{-1/2} presumes one
// degree vector, but R is defined per row and not symmetric: the four ways out are spec 4.2's.
import { UsageError } from "../base/errors.ts";
import type { SparseRows } from "../base/matrix.ts";

/** The `k` most similar users of each user: row `u` holds `neighbours[u * k .. (u + 1) * k)`, never `u` itself. */
export interface UserNeighbours {
  readonly rows: number;
  readonly k: number;
  readonly neighbours: Int32Array;
}

export const RELATION_NORMALISATIONS = ["row", "union", "mutual", "rowcol"] as const;

/**
 * - `row` (default, literal: every row has degree k): R / k, the mean over the k neighbours.
 * - `union`: A = max(R, R^T), then D^{-1/2} A D^{-1/2}: symmetric, hubs get many edges of little weight.
 * - `mutual`: A = R * R^T element-wise, then the same; a user whom nobody returns keeps layer 0 (a self loop of weight 1).
 * - `rowcol`: D_out^{-1/2} R D_in^{-1/2}: damps hubs without adding edges.
 */
export type RelationNormalisation = (typeof RELATION_NORMALISATIONS)[number];

/** The normalised [rows, rows] operator, columns ascending within each row. @throws UsageError for k = 0 or a neighbour out of range. */
export function relationMatrix(graph: UserNeighbours, kind: RelationNormalisation = "row"): SparseRows {
  check(graph);
  switch (kind) {
    case "row":
      return weigh(outgoing(graph), () => 1 / graph.k);
    case "rowcol": {
      const inDegrees = columnCounts(graph);
      return weigh(outgoing(graph), (_, other) => 1 / Math.sqrt(graph.k * inDegrees[other]!));
    }
    case "union": {
      const [out, back] = [outgoing(graph), incoming(graph)];
      return symmetric(out.map((own, user) => mergeSorted(own, back[user]!)));
    }
    case "mutual": {
      const [out, back] = [outgoing(graph), incoming(graph)];
      return symmetric(
        out.map((own, user) => {
          const returned = new Set(back[user]);
          const kept = own.filter((other) => returned.has(other));
          return kept.length === 0 ? Int32Array.of(user) : kept;
        }),
      );
    }
    default:
      return kind satisfies never;
  }
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

/** Row lists of R, ascending. */
function outgoing({ rows, k, neighbours }: UserNeighbours): Int32Array[] {
  return Array.from({ length: rows }, (_, user) => neighbours.slice(user * k, (user + 1) * k).sort());
}

/** Row lists of R^T, ascending. */
function incoming(graph: UserNeighbours): Int32Array[] {
  const lists = Array.from(columnCounts(graph), (count) => new Int32Array(count));
  const filled = new Int32Array(graph.rows);
  for (let user = 0; user < graph.rows; user++) {
    for (let j = user * graph.k; j < (user + 1) * graph.k; j++) {
      const other = graph.neighbours[j]!;
      lists[other]![filled[other]!++] = user;
    }
  }
  return lists;
}

function columnCounts({ rows, neighbours }: UserNeighbours): Int32Array {
  const counts = new Int32Array(rows);
  for (const other of neighbours) counts[other]!++;
  return counts;
}

function mergeSorted(a: Int32Array, b: Int32Array): Int32Array {
  return Int32Array.from(new Set([...a, ...b])).sort();
}

/** D^{-1/2} A D^{-1/2} for a symmetric 0/1 matrix given by its row lists. */
function symmetric(lists: readonly Int32Array[]): SparseRows {
  return weigh(lists, (user, other) => 1 / Math.sqrt(lists[user]!.length * lists[other]!.length));
}

function weigh(lists: readonly Int32Array[], weight: (user: number, other: number) => number): SparseRows {
  const rows = lists.length;
  const offsets = new Int32Array(rows + 1);
  for (let user = 0; user < rows; user++) offsets[user + 1] = offsets[user]! + lists[user]!.length;
  const indices = new Int32Array(offsets[rows]!);
  const values = new Float32Array(offsets[rows]!);
  lists.forEach((list, user) => {
    indices.set(list, offsets[user]);
    for (let j = 0; j < list.length; j++) values[offsets[user]! + j] = weight(user, list[j]!);
  });
  return { rows, columns: rows, offsets, indices, values };
}
