// Compact item ids: two tokens an item, from clusters of item vectors, so that similar items share tokens.
// Token 1 is the item's cluster; token 2 is a cluster of what is left after subtracting the first centroid, made unique
// within token 1. (Semantic ids in the manner of TIGER, Rajput et al. 2023, with k-means in place of a trained
// quantiser.)
import { type Matrix, matrix, row } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";
import { balancedClusters, DistanceProgram } from "./balanced-clusters.ts";

/** Tokens below the item codes: padding, end, unknown, "this is the user", "this is the user's group". */
export const CODE_SPECIALS = { pad: 0, eos: 1, unknown: 2, user: 3, group: 4, count: 5 } as const;

export interface ItemCodes {
  /** Token ids [nItems, 2]. */
  readonly tokens: Int32Array;
  /** All tokens, specials included. */
  readonly vocabulary: number;
}

const ITERATIONS = 12;
/** Codes per level relative to the least possible number: room for uneven clusters. */
const SLACK = 1.1;

/** Codes for the rows of `vectors` [nItems, d]; every item's pair is its own. */
export async function codeItems(vectors: Matrix, random: Random): Promise<ItemCodes> {
  const k = Math.max(2, Math.ceil(SLACK * Math.sqrt(vectors.rows)));
  const first = await balancedClusters(vectors, k, k, ITERATIONS, random);
  const residuals = matrix(vectors.rows, vectors.columns, vectors.data.slice());
  first.assignment.forEach((c, r) => {
    const left = row(residuals, r);
    const centroid = row(first.centroids, c);
    for (let j = 0; j < left.length; j++) left[j]! -= centroid[j]!;
  });
  const second = await balancedClusters(residuals, k, vectors.rows, ITERATIONS, random);
  const distances = await distancesTo(residuals, second.centroids);
  const tokens = new Int32Array(2 * vectors.rows);
  for (const members of groupBy(first.assignment, k)) {
    for (const [r, code] of uniqueCodes(members, distances, k)) {
      tokens[2 * r] = CODE_SPECIALS.count + first.assignment[r]!;
      tokens[2 * r + 1] = CODE_SPECIALS.count + k + code;
    }
  }
  return { tokens, vocabulary: CODE_SPECIALS.count + 2 * k };
}

async function distancesTo(vectors: Matrix, centroids: Matrix): Promise<Float32Array> {
  const program = await DistanceProgram.compile(vectors, centroids.rows);
  try {
    return await program.to(centroids);
  } finally {
    await program.dispose();
  }
}

function groupBy(assignment: Int32Array, k: number): number[][] {
  const groups: number[][] = Array.from({ length: k }, () => []);
  for (const [r, c] of assignment.entries()) groups[c]!.push(r);
  return groups;
}

/** Give each member its nearest free code, closest pairs first. */
function uniqueCodes(members: readonly number[], distances: Float32Array, k: number): [number, number][] {
  const pairs = members.flatMap((r) =>
    Array.from({ length: k }, (_, code) => ({ r, code, distance: distances[r * k + code]! })),
  );
  pairs.sort((a, b) => a.distance - b.distance || a.r - b.r || a.code - b.code);
  const taken = new Set<number>();
  const given = new Map<number, number>();
  for (const { r, code } of pairs) {
    if (given.has(r) || taken.has(code)) continue;
    given.set(r, code);
    taken.add(code);
  }
  return [...given];
}
