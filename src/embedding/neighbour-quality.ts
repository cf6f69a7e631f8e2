// What a graph of similar users is like: whether a few users are everybody's neighbours, and whether neighbours want
// the same.
import type { Random } from "../base/random.ts";
import type { SimilarUsers } from "./similar-users.ts";

type Neighbours = Pick<SimilarUsers, "rows" | "k" | "neighbours">;

export interface Hubness {
  /** Skewness of how often a user is listed as a neighbour (Radovanovic et al. 2010); 0 = evenly, above 1 = hubs. */
  readonly skewness: number;
  /** Lists that the most listed user is in. */
  readonly most: number;
  /** Share of users in nobody's list, in [0, 1]. */
  readonly unlisted: number;
}

export function hubness({ rows, neighbours, k }: Neighbours): Hubness {
  const counts = new Int32Array(rows);
  for (const other of neighbours) counts[other]!++;
  let [variance, third, unlisted, most] = [0, 0, 0, 0];
  for (const count of counts) {
    // Every list has k members, so the mean is k.
    variance += (count - k) ** 2 / rows;
    third += (count - k) ** 3 / rows;
    if (count === 0) unlisted++;
    most = Math.max(most, count);
  }
  return { skewness: variance === 0 ? 0 : third / variance ** 1.5, most, unlisted: unlisted / rows };
}

/**
 * Share of (user, neighbour) pairs that have an item in common, in [0, 1].
 * @param itemsOf Items of each user, such as the held-out ones: a diagnosis of the graph, never an input to training.
 */
export function neighbourAgreement(
  { rows, k, neighbours }: Neighbours,
  itemsOf: readonly (readonly number[])[],
): number {
  let agreeing = 0;
  for (let u = 0; u < rows; u++) {
    const mine = new Set(itemsOf[u]);
    for (let j = 0; j < k; j++) if (itemsOf[neighbours[u * k + j]!]!.some((item) => mine.has(item))) agreeing++;
  }
  return agreeing / (rows * k);
}

/** As many others for each user, drawn with replacement: what neighbours agree on by chance. */
export function randomNeighbours({ rows, k }: Pick<Neighbours, "rows" | "k">, random: Random): Neighbours {
  const neighbours = Int32Array.from({ length: rows * k }, (_, at) => {
    const other = random.below(rows - 1);
    return other + Number(other >= Math.floor(at / k));
  });
  return { rows, k, neighbours };
}
