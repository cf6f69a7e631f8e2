// Codes of items that came after training: level by level the nearest centroid below which a leaf is free, the last
// level making the item unique. The trained tokens keep what they mean, so a model can name the new items at once.
import { UsageError } from "../base/errors.ts";
import { type Matrix, row } from "../base/matrix.ts";
import { type ItemCodes, levelStarts, roomBelow } from "./item-codes.ts";

/**
 * The same codes with those of `vectors` [new items, d] behind them, one after the other. Vectors are made as those
 * that were coded; with fewer columns they are compared on the first ones alone (texts, where interests are not known
 * yet).
 * @throws UsageError when the codes say nothing of what they stand for, or when no leaf is free.
 */
export function codeNewItems(codes: ItemCodes, vectors: Matrix): ItemCodes {
  const { tokens, width, centroids } = codes;
  if (centroids === undefined) {
    throw new UsageError("These item codes are of noise: no new item is near any of them. Train with other itemCodes.");
  }
  if (vectors.columns > centroids[0]!.columns) {
    throw new UsageError(
      `new items have vectors of ${vectors.columns} columns, expected at most the ${centroids[0]!.columns} that codes were made from.`,
    );
  }
  const leaves = new Leaves(codes, centroids);
  const added = new Int32Array(width * vectors.rows);
  for (let r = 0; r < vectors.rows; r++) added.set(leaves.take(row(vectors, r)), r * width);
  return { ...codes, tokens: Int32Array.from([...tokens, ...added]) };
}

/** Which leaves of the tree of codes are taken. */
class Leaves {
  private readonly centroids: readonly Matrix[];
  private readonly starts: readonly number[];
  private readonly room: readonly number[];
  /** Items below a prefix of codes. */
  private readonly below = new Map<string, number>();

  constructor({ tokens, width }: ItemCodes, centroids: readonly Matrix[]) {
    const sizes = centroids.map(({ rows }) => rows);
    this.centroids = centroids;
    this.starts = levelStarts(sizes);
    this.room = roomBelow(sizes);
    for (let at = 0; at < tokens.length; at += width) this.count(tokens.subarray(at, at + width));
  }

  /** Tokens of the nearest free leaf, which is then taken. */
  take(vector: Float32Array): Int32Array {
    const left = vector.slice();
    const tokens: number[] = [];
    for (const [level, centroids] of this.centroids.entries()) {
      const code = this.nearest(level, tokens, left);
      const centroid = row(centroids, code);
      for (let j = 0; j < left.length; j++) left[j]! -= centroid[j]!;
      tokens.push(this.starts[level]! + code);
    }
    const taken = Int32Array.from(tokens);
    this.count(taken);
    return taken;
  }

  private nearest(level: number, tokens: readonly number[], left: Float32Array): number {
    const centroids = this.centroids[level]!;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let code = 0; code < centroids.rows; code++) {
      const distance = squaredDistance(left, row(centroids, code));
      if (distance >= least) continue;
      const held = this.below.get([...tokens, this.starts[level]! + code].join()) ?? 0;
      if (held >= this.room[level]!) continue;
      best = code;
      least = distance;
    }
    if (best >= 0) return best;
    throw new UsageError("All codes of items are taken: no further item can be named. Train the run again with them.");
  }

  private count(tokens: Int32Array): void {
    for (let length = 1; length <= tokens.length; length++) {
      const prefix = tokens.subarray(0, length).join();
      this.below.set(prefix, (this.below.get(prefix) ?? 0) + 1);
    }
  }
}

/** Over the columns of `left`. */
function squaredDistance(left: Float32Array, centroid: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < left.length; j++) sum += (left[j]! - centroid[j]!) ** 2;
  return sum;
}
