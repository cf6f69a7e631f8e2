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
  if (k === 0) return [];
  const own = row(vectors, of);
  const best: Neighbour[] = [];
  for (let index = 0; index < vectors.rows; index++) {
    if (index === of) continue;
    const found = { index, cosine: cosine(own, row(vectors, index)) };
    if (best.length === k && found.cosine <= best[k - 1]!.cosine) continue;
    // Behind those that are as near: they have lower indices.
    const place = best.findLastIndex((other) => other.cosine >= found.cosine) + 1;
    best.splice(place, 0, found);
    if (best.length > k) best.pop();
  }
  return best;
}
