import { cosine, type Matrix, row } from "../../base/matrix.ts";

export interface Neighbour {
  readonly index: number;
  readonly cosine: number;
}

/**
 * The `k` rows of highest cosine with row `of`, best first, without itself; ties by lower index: one row of what
 * `similarUsers` computes for all.
 */
export function nearestRows(vectors: Matrix, of: number, k: number): Neighbour[] {
  const own = row(vectors, of);
  const all: Neighbour[] = [];
  for (let index = 0; index < vectors.rows; index++) {
    if (index !== of) all.push({ index, cosine: cosine(own, row(vectors, index)) });
  }
  return all.sort((a, b) => b.cosine - a.cosine || a.index - b.index).slice(0, k);
}
