// Ranking metrics for one held-out item, as a table: family -> value of a 1-based rank, cut at any K. A target that is
// absent from the list scores 0, and every user counts. Tied ranks are averaged.
import { UsageError } from "../base/errors.ts";
import type { Ranks } from "./ranks.ts";

/** Changes whenever a metric's definition does; part of the protocol fingerprint. */
export const METRIC_VERSION = 1;

/** Length of the lists that are asked for unless a larger K is; MRR without a K is cut here. */
export const LONGEST_RANK = 20;

const found = () => 1;
const reciprocal = (rank: number) => 1 / rank;

/** Value of a target at `rank`, the first being 1. With one relevant item Recall is the hit rate and MAP the MRR. */
const FAMILIES = {
  HR: found,
  Recall: found,
  /** Normalised discounted cumulative gain; with one relevant item the ideal is 1 (Järvelin and Kekäläinen 2002). */
  NDCG: (rank: number) => 1 / Math.log2(rank + 1),
  MRR: reciprocal,
  MAP: reciprocal,
} satisfies Record<string, (rank: number) => number>;

export type MetricFamily = keyof typeof FAMILIES;
export const METRIC_FAMILIES = Object.keys(FAMILIES) as readonly MetricFamily[];

/** What every evaluation holds, whatever else is asked for. NDCG@1 equals HR@1. */
export const METRIC_NAMES = [
  "HR@1",
  "HR@5",
  "HR@10",
  "HR@20",
  "NDCG@1",
  "NDCG@5",
  "NDCG@10",
  "NDCG@20",
  "MRR",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

type AnyCut = `${MetricFamily}@${number}`;
/** `HR@10`, `NDCG@50`, `MRR`. */
export type AnyMetric = MetricName | AnyCut;

/** One value for each standard metric and for those asked for beside them: `{ "HR@10": 0.31, ..., "MAP@50": 0.1 }`. */
export type PerMetric<T> = Readonly<Record<MetricName, T>> & { readonly [name in AnyCut]: T };
export type Metrics = PerMetric<number>;

interface Cut {
  readonly valueFor: (rank: number) => number;
  readonly k: number;
}

const cuts = new Map<string, Cut>();

/** @throws UsageError for a name that is no metric. */
function cutOf(name: string): Cut {
  const known = cuts.get(name);
  if (known !== undefined) return known;
  const [, family, k] = /^([A-Za-z]+)@([1-9]\d*)$/.exec(name === "MRR" ? `MRR@${LONGEST_RANK}` : name) ?? [];
  const valueFor = FAMILIES[family as MetricFamily] as Cut["valueFor"] | undefined;
  if (valueFor === undefined) {
    throw new UsageError(`metric ${name}: expected ${METRIC_FAMILIES.join(", ")} with a cut, such as NDCG@10, or MRR.`);
  }
  const cut = { valueFor, k: Number(k) };
  cuts.set(name, cut);
  return cut;
}

/**
 * The standard metrics, then those asked for that are not among them. @throws UsageError for a name that is no metric.
 */
export function metricNames(asked: readonly string[] = []): readonly AnyMetric[] {
  return [...new Set<AnyMetric>([...METRIC_NAMES, ...asked.map(asMetricName)])];
}

/** The same name, checked. @throws UsageError for a name that is no metric. */
export function asMetricName(name: string): AnyMetric {
  cutOf(name);
  return name as AnyMetric;
}

/** How long lists must be for these metrics. */
export function longestCut(names: readonly AnyMetric[]): number {
  return Math.max(...names.map((name) => cutOf(name).k));
}

/** The value for a target at ranks first .. first + tied - 1, each as likely; 0 for `first` = 0. */
export function metricValue(name: AnyMetric, first: number, tied: number): number {
  if (first === 0) return 0;
  const { valueFor, k } = cutOf(name);
  let sum = 0;
  for (let rank = first; rank < first + tied && rank <= k; rank++) sum += valueFor(rank);
  return sum / tied;
}

/** One value per user, for paired tests. */
export function perUserValues(name: AnyMetric, { first, tied }: Ranks): Float64Array {
  return Float64Array.from(first, (rank, user) => metricValue(name, rank, tied[user]!));
}

/** Means over all users; 0 for no users. */
export function meanMetrics(ranks: Ranks, names?: readonly AnyMetric[]): Metrics {
  return tabulate((name) => {
    let sum = 0;
    for (const value of perUserValues(name, ranks)) sum += value;
    return sum / Math.max(1, ranks.first.length);
  }, names);
}

/** What a random order gives when user u's target is one of `answers[u]` items. */
export function randomExpectation(answers: Int32Array, names?: readonly AnyMetric[]): Metrics {
  return tabulate((name) => {
    let sum = 0;
    for (const size of answers) sum += metricValue(name, 1, size);
    return sum / Math.max(1, answers.length);
  }, names);
}

/** One value for every name; `names` must hold the standard metrics. */
export function tabulate<T>(
  valueFor: (name: AnyMetric) => T,
  names: readonly AnyMetric[] = METRIC_NAMES,
): PerMetric<T> {
  return Object.fromEntries(names.map((name) => [name, valueFor(name)])) as unknown as PerMetric<T>;
}
