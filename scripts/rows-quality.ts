// How well vectors alone rank items: shared by the scripts that ask what a part of a model knows.
import { dot } from "../src/base/typed-arrays.ts";
import { metricValue } from "../src/evaluation/index.ts";

export interface Quality {
  readonly hitRate: number;
  readonly ndcg: number;
}

/** HR@10 and NDCG@10 of 1-based ranks, 0 = absent. */
export function quality(ranks: readonly number[]): Quality {
  const mean = (metric: "HR@10" | "NDCG@10") =>
    ranks.reduce((sum, rank) => sum + metricValue(metric, rank, 1) / ranks.length, 0);
  return { hitRate: mean("HR@10"), ndcg: mean("NDCG@10") };
}

export const figures = ({ hitRate, ndcg }: Quality) => `HR@10 ${hitRate.toFixed(4)} NDCG@10 ${ndcg.toFixed(4)}`;

/** Rows of equal width, one an item. */
export interface Rows {
  readonly data: Float32Array;
  readonly count: number;
  readonly width: number;
}

const rowOf = ({ data, width }: Rows, item: number) => data.subarray(item * width, (item + 1) * width);

/** Rank of `target` among the items outside `seen`, by the product of `vector` with their rows; ties go against it. */
export function rankBy(vector: Float32Array, rows: Rows, target: number, seen: ReadonlySet<number>): number {
  const own = dot(vector, rowOf(rows, target));
  let rank = 1;
  for (let item = 0; item < rows.count; item++) {
    if (item !== target && !seen.has(item) && dot(vector, rowOf(rows, item)) >= own) rank++;
  }
  return rank;
}

/** Sum of the items' rows times `weights`. */
export function mixOf(rows: Rows, items: readonly number[], weights: readonly number[]): Float32Array {
  const mix = new Float32Array(rows.width);
  items.forEach((item, i) => {
    for (const [c, x] of rowOf(rows, item).entries()) mix[c]! += weights[i]! * x;
  });
  return mix;
}

/** Rows of the newest items of a history as the item head's shortcut weighs them, up to a factor. `logits` are by recency. */
export function recentMix(rows: Rows, history: readonly number[], logits: Float32Array, most: number): Float32Array {
  const recent = history.slice(-most);
  return mixOf(
    rows,
    recent,
    recent.map((_, i) => Math.exp(logits[Math.min(logits.length - 1, recent.length - i)]!)),
  );
}
