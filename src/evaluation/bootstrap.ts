// Percentile bootstrap over users (Efron 1979). Users with equal ranks have equal values in every metric, so a
// resample is a count of rank classes: one draw per user serves all metrics.
import { UsageError } from "../base/errors.ts";
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
export function bootstrapIntervals(ranks: Ranks, options: BootstrapOptions): MetricIntervals {
  return bootstrapIntervalsOfAll([ranks], options)[0]!;
}

/**
 * The same of each of several systems that answered the same users, whose resamples are drawn once.
 * @throws UsageError for systems that answered different numbers of users.
 */
export function bootstrapIntervalsOfAll(
  all: readonly Ranks[],
  { seed, resamples = 1000, names = METRIC_NAMES }: BootstrapOptions,
): MetricIntervals[] {
  const users = all[0]?.first.length ?? 0;
  const other = all.find(({ first }) => first.length !== users);
  if (other !== undefined)
    throw new UsageError(`bootstrap: ranks of ${users} and of ${other.first.length} users, expected as many of each.`);
  const systems = all.map((ranks) => new Resampled(ranks, names, resamples));
  const random = Random.of(seed, "bootstrap");
  const drawn = new Int32Array(users);
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < users; i++) drawn[i] = random.below(users);
    for (const system of systems) system.take(b, drawn);
  }
  return systems.map((system) => system.intervals());
}

/** Means of one system over resamples. */
class Resampled {
  private readonly classes: RankClasses;
  private readonly counts: Int32Array;
  private readonly means: readonly Float64Array[];

  constructor(
    private readonly ranks: Ranks,
    private readonly names: readonly AnyMetric[],
    resamples: number,
  ) {
    this.classes = rankClasses(ranks, names);
    this.counts = new Int32Array(this.classes.values.length);
    this.means = names.map(() => new Float64Array(resamples));
  }

  /** Resample `b` are the users at `drawn`. */
  take(b: number, drawn: Int32Array): void {
    const { counts } = this;
    const { classOf, values } = this.classes;
    counts.fill(0);
    for (let i = 0; i < drawn.length; i++) counts[classOf[drawn[i]!]!]!++;
    this.means.forEach((out, metric) => {
      let sum = 0;
      for (let c = 0; c < counts.length; c++) sum += counts[c]! * values[c]![metric]!;
      out[b] = sum / Math.max(1, drawn.length);
    });
  }

  intervals(): MetricIntervals {
    const observed = meanMetrics(this.ranks, this.names);
    return tabulate((name) => {
      const sorted = this.means[this.names.indexOf(name)]!.sort();
      const [low, high] = [quantile(sorted, (1 - LEVEL) / 2), quantile(sorted, (1 + LEVEL) / 2)];
      return { value: observed[name]!, low, high };
    }, this.names);
  }
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
