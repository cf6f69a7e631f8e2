// The user-item graph of individual explicit interests (paper eq. 3): bipartite, symmetric, unweighted, no self loops.
import type { SparseRows } from "../base/matrix.ts";
import type { TrainingLists } from "../data/index.ts";

/**
 * D^-1/2 A D^-1/2 over users (rows 0..nUsers-1) and items (rows nUsers..nUsers+nItems-1).
 * `edges` must be training prefixes: an edge from a held-out pair would be the largest leak of this line of work.
 */
export function interactionGraph(edges: TrainingLists, nItems: number): SparseRows {
  const nUsers = edges.length;
  const rows = nUsers + nItems;
  const degree = new Int32Array(rows);
  edges.forEach((items, user) => {
    degree[user] = items.length;
    for (const item of items) degree[nUsers + item]!++;
  });
  const offsets = new Int32Array(rows + 1);
  for (let r = 0; r < rows; r++) offsets[r + 1] = offsets[r]! + degree[r]!;
  const indices = new Int32Array(offsets[rows]!);
  const values = new Float32Array(offsets[rows]!);
  const next = offsets.slice(0, rows);
  const put = (from: number, to: number): void => {
    const at = next[from]!++;
    indices[at] = to;
    values[at] = 1 / Math.sqrt(degree[from]! * degree[to]!);
  };
  edges.forEach((items, user) => {
    for (const item of items) {
      put(user, nUsers + item);
      put(nUsers + item, user);
    }
  });
  return { rows, columns: rows, offsets, indices, values };
}
