// What lists are worth, judged alike for both sides by the product's own evaluation.
import { assertRanking, emptyRanks, enterRank, type MetricName, perUserValues } from "../../src/evaluation/index.ts";
import { LISTED, type Shop } from "./exchange.ts";

const METRICS: readonly MetricName[] = ["HR@10", "NDCG@10"];

interface Estimate {
  /** Mean over seeds. */
  readonly value: number;
  readonly bySeed: readonly number[];
}

export interface Judgement {
  readonly ours: Estimate;
  readonly theirs: Estimate;
  /** Ours minus theirs. */
  readonly difference: number;
  readonly standardErrors: {
    /** Of one side's value over users: how far off a metric of this many users may be. */
    readonly users: number;
    /** Of the difference over seeds; 0 with one seed, of which nothing is known. */
    readonly seeds: number;
  };
  /** |difference| is at most twice the root of the sum of both squared errors. */
  readonly isWithinTwoErrors: boolean;
}

type Lists = readonly Int32Array[];

/**
 * Lists of both sides, one set per seed.
 * @throws EvaluationError for a list that is no ranking of its answer space.
 */
export function judge(
  shop: Shop,
  task: "sequential" | "direct",
  ours: readonly Lists[],
  theirs: readonly Lists[],
): Record<string, Judgement> {
  return Object.fromEntries(METRICS.map((metric) => [metric, judgeMetric(shop, task, metric, ours, theirs)]));
}

function judgeMetric(
  shop: Shop,
  task: "sequential" | "direct",
  metric: MetricName,
  ours: readonly Lists[],
  theirs: readonly Lists[],
): Judgement {
  const [mine, other] = [ours, theirs].map((sets) => sets.map((lists) => valuesOf(shop, task, lists, metric))) as [
    Float64Array[],
    Float64Array[],
  ];
  const [a, b] = [estimate(mine), estimate(other)];
  const difference = a.value - b.value;
  const seeds = Math.sqrt((variance(a.bySeed) + variance(b.bySeed)) / ours.length);
  const users = Math.sqrt((variance(mine[0]!) + variance(other[0]!)) / 2 / mine[0]!.length);
  const isWithinTwoErrors = Math.abs(difference) <= 2 * Math.hypot(users, seeds);
  return { ours: a, theirs: b, difference, standardErrors: { users, seeds }, isWithinTwoErrors };
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

function estimate(bySeed: readonly Float64Array[]): Estimate {
  const means = bySeed.map(meanOf);
  return { value: meanOf(means), bySeed: means };
}

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0) / values.length;
}

/** Of a sample; 0 for a single value. */
function variance(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  return Array.from(values).reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length - 1);
}
