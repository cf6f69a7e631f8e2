// Percentile bootstrap over users (Efron 1979). Users with equal ranks have equal values in every metric, so a
// resample is a count of rank classes: one draw per user serves all metrics.
import { Random } from "../base/random.ts";
import { type AnyMetric, METRIC_NAMES, meanMetrics, metricValue, type PerMetric, tabulate } from "./metrics.ts";
import type { Ranks } from "./ranks.ts";

export interface Interval {
  /** The mean over all users. */
  readonly value: number;
  /** Ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

export type MetricIntervals = PerMetric<Interval>;

export interface BootstrapOptions {
  readonly seed: number;
  /** Default 1000. */
  readonly resamples?: number | undefined;
  /** Default: the standard metrics. */
  readonly names?: readonly AnyMetric[] | undefined;
}

const LEVEL = 0.95;

/** Mean and 95 % interval of every metric; the same seed and number of users draw the same resamples. */
export function bootstrapIntervals(
  ranks: Ranks,
  { seed, resamples = 1000, names = METRIC_NAMES }: BootstrapOptions,
): MetricIntervals {
  const { classOf, values } = rankClasses(ranks, names);
  const means = names.map(() => new Float64Array(resamples));
  const random = Random.of(seed, "bootstrap");
  const users = classOf.length;
  const counts = new Int32Array(values.length);
  for (let b = 0; b < resamples; b++) {
    counts.fill(0);
    for (let i = 0; i < users; i++) counts[classOf[random.below(users)]!]!++;
    means.forEach((out, metric) => {
      let sum = 0;
      for (let c = 0; c < counts.length; c++) sum += counts[c]! * values[c]![metric]!;
      out[b] = sum / Math.max(1, users);
    });
  }
  const observed = meanMetrics(ranks, names);
  return tabulate((name) => {
    const sorted = means[names.indexOf(name)]!.sort();
    return { value: observed[name]!, low: quantile(sorted, (1 - LEVEL) / 2), high: quantile(sorted, (1 + LEVEL) / 2) };
  }, names);
}

interface RankClasses {
  /** Class of each user. */
  readonly classOf: Int32Array;
  /** Per class, the value of every metric in table order. */
  readonly values: readonly Float64Array[];
}

function rankClasses({ first, tied }: Ranks, names: readonly AnyMetric[]): RankClasses {
  const known = new Map<string, number>();
  const values: Float64Array[] = [];
  const classOf = Int32Array.from(first, (rank, user) => {
    const key = `${rank} ${tied[user]}`;
    let index = known.get(key);
    if (index === undefined) {
      index = values.length;
      known.set(key, index);
      values.push(Float64Array.from(names, (name) => metricValue(name, rank, tied[user]!)));
    }
    return index;
  });
  return { classOf, values };
}

/** Linear between order statistics (Hyndman and Fan 1996, type 7). */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
