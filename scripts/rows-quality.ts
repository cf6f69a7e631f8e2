// How well vectors alone rank items: shared by the scripts that ask what a part of a model knows.
import { dot } from "../src/base/matrix.ts";
import type { Parameters } from "../src/engine/index.ts";
import { metricValue } from "../src/evaluation/index.ts";
import type { GenerativeOptions } from "../src/recommenders/generative/options/options.ts";

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

/** Rank of `target` beside `negatives`; ties go against it. */
export function rankAmong(vector: Float32Array, rows: Rows, target: number, negatives: Iterable<number>): number {
  const own = dot(vector, rowOf(rows, target));
  let rank = 1;
  for (const item of negatives) if (dot(vector, rowOf(rows, item)) >= own) rank++;
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

/** What the item head's shortcut asks `rows` for after `history` (oldest first), up to a factor. */
export function headQuery(
  parameters: Parameters,
  rows: Rows,
  history: readonly number[],
  { maxHistory, historyMap }: Pick<GenerativeOptions, "maxHistory" | "historyMap">,
): Float32Array {
  const logits = parameters.get("head.recency").front.value;
  const recent = history.slice(-maxHistory);
  const weights = recent.map((_, i) => Math.exp(logits[Math.min(logits.length - 1, recent.length - i)]!));
  const mix = mixOf(rows, recent, weights);
  return historyMap ? throughMap(mix, parameters.get("head.map").front.value) : mix;
}

/** `vector` [d] times `map` [d, d]. */
function throughMap(vector: Float32Array, map: Float32Array): Float32Array {
  const rows = { data: map, count: vector.length, width: vector.length };
  return mixOf(rows, [...vector.keys()], [...vector]);
}
