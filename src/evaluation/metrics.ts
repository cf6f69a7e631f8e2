// Ranking metrics for one held-out item, as a table: name -> value of a 1-based rank. A target that is absent from
// the list scores 0, and every user counts. Tied ranks are averaged.
import type { Ranks } from "./ranks.ts";

/** Changes whenever a metric's definition does; part of the protocol fingerprint. */
export const METRIC_VERSION = 1;

/** Ranks beyond this score 0 in every metric, the reciprocal rank included: lists of any length compare fairly. */
export const LONGEST_RANK = 20;

const hitRate = (k: number) => (rank: number) => (rank <= k ? 1 : 0);
/** Normalised discounted cumulative gain; with one relevant item the ideal is 1 (Järvelin and Kekäläinen 2002). */
const ndcg = (k: number) => (rank: number) => (rank <= k ? 1 / Math.log2(rank + 1) : 0);

export const METRICS = {
  "HR@1": hitRate(1),
  "HR@5": hitRate(5),
  "HR@10": hitRate(10),
  "HR@20": hitRate(20),
  "NDCG@1": ndcg(1),
  "NDCG@5": ndcg(5),
  "NDCG@10": ndcg(10),
  "NDCG@20": ndcg(20),
  MRR: (rank: number) => (rank <= LONGEST_RANK ? 1 / rank : 0),
} satisfies Record<string, (rank: number) => number>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];
export type Metrics = Readonly<Record<MetricName, number>>;

/** The value for a target at ranks first .. first + tied - 1, each as likely; 0 for `first` = 0. */
export function metricValue(name: MetricName, first: number, tied: number): number {
  if (first === 0) return 0;
  const valueFor = METRICS[name];
  let sum = 0;
  for (let rank = first; rank < first + tied && rank <= LONGEST_RANK; rank++) sum += valueFor(rank);
  return sum / tied;
}

/** One value per user, for paired tests. */
export function perUserValues(name: MetricName, { first, tied }: Ranks): Float64Array {
  return Float64Array.from(first, (rank, user) => metricValue(name, rank, tied[user]!));
}

/** Means over all users; 0 for no users. */
export function meanMetrics(ranks: Ranks): Metrics {
  return tabulate((name) => {
    let sum = 0;
    for (const value of perUserValues(name, ranks)) sum += value;
    return sum / Math.max(1, ranks.first.length);
  });
}

/** What a random order gives when user u's target is one of `answers[u]` items. */
export function randomExpectation(answers: Int32Array): Metrics {
  return tabulate((name) => {
    let sum = 0;
    for (const size of answers) sum += metricValue(name, 1, size);
    return sum / Math.max(1, answers.length);
  });
}

/** One value for every metric of the table. */
export function tabulate<T>(valueFor: (name: MetricName) => T): Readonly<Record<MetricName, T>> {
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, valueFor(name)])) as Record<MetricName, T>;
}
