// `--k 1,5,10` and `--metrics hr,ndcg` as names of metrics.
import { UsageError } from "../base/errors.ts";
import { type AnyMetric, METRIC_FAMILIES, type MetricFamily } from "../evaluation/index.ts";

/**
 * Families by cut, in the order typed: `["HR@5", "HR@10", "NDCG@5", "NDCG@10"]`. @throws UsageError for other words.
 */
export function metricColumns(k: string, metrics: string): AnyMetric[] {
  const { cuts, families } = read(k, metrics);
  return families.flatMap((family) => cuts.map((cut): AnyMetric => `${family}@${cut}`));
}

/** The same by cut, as the paper orders them: `["HR@5", "NDCG@5", "HR@10", "NDCG@10"]`. */
export function columnsByCut(k: string, metrics: string): AnyMetric[] {
  const { cuts, families } = read(k, metrics);
  return cuts.flatMap((cut) => families.map((family): AnyMetric => `${family}@${cut}`));
}

function read(k: string, metrics: string): { readonly cuts: number[]; readonly families: MetricFamily[] } {
  const cuts = words(k).map((word) => {
    if (/^[1-9]\d{0,3}$/.test(word)) return Number(word);
    throw new UsageError(`--k ${k}: found "${word}", expected whole numbers from 1 to 9999, such as 1,5,10.`);
  });
  return { cuts, families: words(metrics).map((word) => familyOf(word, metrics)) };
}

function familyOf(word: string, typed: string): MetricFamily {
  const family = METRIC_FAMILIES.find((each) => each.toLowerCase() === word.toLowerCase());
  if (family !== undefined) return family;
  const known = METRIC_FAMILIES.map((each) => each.toLowerCase()).join(", ");
  throw new UsageError(`--metrics ${typed}: found "${word}", expected some of ${known}.`);
}

function words(list: string): string[] {
  return list
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}
