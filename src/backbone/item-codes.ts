// Compact item ids: a few tokens an item, from clusters of item vectors, so that similar items share tokens.
// Level by level, a token is the cluster of what the levels before have left of the vector (residual k-means); the last
// one also makes the item unique. (Semantic ids in the manner of TIGER, Rajput et al. 2023, with k-means in place of a
// trained quantiser.) Two tokens of about 1.1 sqrt(n) clusters fill the tree of codes; three or four leave most of it
// empty, so that few items must take another cluster than their own.
import { type Matrix, matrix, row } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";
import type { CompileOptions } from "../engine/index.ts";
import { assignWithin, balancedClusters, DistanceProgram } from "./balanced-clusters.ts";

/** Tokens below the item codes: padding, end, unknown, "this is the user", "this is the user's group". */
export const CODE_SPECIALS = { pad: 0, eos: 1, unknown: 2, user: 3, group: 4, count: 5 } as const;

export interface ItemCodes {
  /** Token ids [nItems, width]. */
  readonly tokens: Int32Array;
  /** Tokens an item. */
  readonly width: number;
  /** All tokens, specials included. */
  readonly vocabulary: number;
  /** What the tokens of each level stand for [k, columns]: new items find theirs by them (`codeNewItems`). */
  readonly centroids?: readonly Matrix[] | undefined;
}

/** Codes without what they stand for: of noise, no later item could be near anything. */
export function withoutCentroids({ tokens, width, vocabulary }: ItemCodes): ItemCodes {
  return { tokens, width, vocabulary };
}

const ITERATIONS = 12;
/** Codes a level of two relative to the least possible number: room for uneven clusters. */
const SLACK = 1.1;
/** The same for three levels and more, whose trees stay mostly empty. */
const LONG_SLACK = 3;

/** Clusters of each level. */
export function levelSizes(items: number, width: number): readonly number[] {
  const slack = width === 2 ? SLACK : LONG_SLACK;
  return new Array<number>(width).fill(Math.max(2, Math.ceil(slack * items ** (1 / width))));
}

/** First token of each level, and behind them the number of all tokens. */
export function levelStarts(sizes: readonly number[]): readonly number[] {
  const starts: number[] = [CODE_SPECIALS.count];
  for (const size of sizes) starts.push(starts.at(-1)! + size);
  return starts;
}

/** Items that fit below a token of each level. */
export function roomBelow(sizes: readonly number[]): readonly number[] {
  return sizes.map((_, level) => sizes.slice(level + 1).reduce((product, size) => product * size, 1));
}

/** Codes for the rows of `vectors` [nItems, d], of `width` tokens each; every item's code is its own. */
export async function codeItems(
  vectors: Matrix,
  random: Random,
  width = 2,
  how: CompileOptions = {},
): Promise<ItemCodes> {
  const sizes = levelSizes(vectors.rows, width);
  const starts = levelStarts(sizes);
  const room = roomBelow(sizes);
  const residuals = matrix(vectors.rows, vectors.columns, vectors.data.slice());
  const tokens = new Int32Array(width * vectors.rows);
  const centroids: Matrix[] = [];
  let groups: readonly Int32Array[] = [Int32Array.from({ length: vectors.rows }, (_, r) => r)];
  for (const [level, k] of sizes.entries()) {
    const capacity = level === 0 ? room[0]! : vectors.rows;
    const clusters = await balancedClusters(residuals, k, capacity, ITERATIONS, random, how);
    const codes =
      level === 0
        ? clusters.assignment
        : codesWithin(groups, await distancesTo(residuals, clusters.centroids, how), k, room[level]!);
    centroids.push(clusters.centroids);
    for (const [r, code] of codes.entries()) tokens[r * width + level] = starts[level]! + code;
    subtractCentroids(residuals, clusters.centroids, codes);
    groups = groups.flatMap((members) => groupBy(members, codes, k));
  }
  return { tokens, width, vocabulary: starts.at(-1)!, centroids };
}

/** A code for each row, at most `room` rows of a group with the same. */
function codesWithin(groups: readonly Int32Array[], distances: Float32Array, k: number, room: number): Int32Array {
  const codes = new Int32Array(distances.length / k);
  for (const members of groups) {
    const own = room === 1 ? uniqueCodes(members, distances, k) : assignWithin(members, distances, k, room);
    for (const [i, r] of members.entries()) codes[r] = own[i]!;
  }
  return codes;
}

function subtractCentroids(residuals: Matrix, centroids: Matrix, codes: Int32Array): void {
  for (const [r, code] of codes.entries()) {
    const left = row(residuals, r);
    const centroid = row(centroids, code);
    for (let j = 0; j < left.length; j++) left[j]! -= centroid[j]!;
  }
}

async function distancesTo(vectors: Matrix, centroids: Matrix, how: CompileOptions): Promise<Float32Array> {
  const program = await DistanceProgram.compile(vectors, centroids.rows, how);
  try {
    return await program.to(centroids);
  } finally {
    await program.dispose();
  }
}

/** Members by code; codes that nobody has are left out. */
function groupBy(members: Int32Array, codes: Int32Array, k: number): Int32Array[] {
  const groups: number[][] = Array.from({ length: k }, () => []);
  for (const r of members) groups[codes[r]!]!.push(r);
  return groups.filter(({ length }) => length > 0).map((group) => Int32Array.from(group));
}

/** Give each member its nearest free code, closest pairs first. */
function uniqueCodes(members: Int32Array, distances: Float32Array, k: number): Int32Array {
  const pairs = Array.from(members, (r, i) =>
    Array.from({ length: k }, (_, code) => ({ i, code, distance: distances[r * k + code]! })),
  ).flat();
  pairs.sort((a, b) => a.distance - b.distance || a.i - b.i || a.code - b.code);
  const taken = new Set<number>();
  const given = new Int32Array(members.length).fill(-1);
  for (const { i, code } of pairs) {
    if (given[i]! >= 0 || taken.has(code)) continue;
    given[i] = code;
    taken.add(code);
  }
  return given;
}
