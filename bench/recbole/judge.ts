// What lists are worth, judged alike for both sides by the product's own evaluation.
import { assertRanking, emptyRanks, enterRank, type MetricName, perUserValues } from "../../src/evaluation/index.ts";
import { LISTED, type Shop } from "./exchange.ts";

const METRICS: readonly MetricName[] = ["HR@10", "NDCG@10"];

interface Estimate {
  readonly value: number;
  /** Over users. */
  readonly standardError: number;
}

export interface Judgement {
  readonly ours: Estimate;
  readonly theirs: Estimate;
  /** Ours minus theirs, paired by user. */
  readonly difference: Estimate;
  /** |difference| <= 2 of its standard errors. */
  readonly isWithinTwoErrors: boolean;
}

/** @throws EvaluationError for a list that is no ranking of its answer space. */
export function judge(
  shop: Shop,
  task: "sequential" | "direct",
  ours: readonly Int32Array[],
  theirs: readonly Int32Array[],
): Record<string, Judgement> {
  return Object.fromEntries(
    METRICS.map((metric) => {
      const [mine, other] = [valuesOf(shop, task, ours, metric), valuesOf(shop, task, theirs, metric)];
      const difference = estimate(mine.map((value, u) => value - other[u]!));
      const isWithinTwoErrors = Math.abs(difference.value) <= 2 * difference.standardError;
      return [metric, { ours: estimate(mine), theirs: estimate(other), difference, isWithinTwoErrors }];
    }),
  );
}

function valuesOf(
  { sequences, candidates }: Shop,
  task: "sequential" | "direct",
  lists: readonly Int32Array[],
  metric: MetricName,
): Float64Array {
  const ranks = emptyRanks(sequences.length);
  sequences.forEach((sequence, user) => {
    const items = lists[user]!;
    // Both sides have broken their ties already.
    const list = { items, scores: Float32Array.from(items, (_, at) => -at) };
    const space = { count: LISTED, exclude: sequence.subarray(0, sequence.length - 1) };
    assertRanking(list, task === "direct" ? { ...space, only: candidates[user]! } : space, `user ${user}`);
    enterRank(ranks, user, list, sequence.at(-1)!);
  });
  return perUserValues(metric, ranks);
}

function estimate(values: Float64Array): Estimate {
  const value = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, x) => sum + (x - value) ** 2, 0);
  return { value, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}
