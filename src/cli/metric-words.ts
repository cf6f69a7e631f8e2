// `--k 1,5,10` and `--metrics hr,ndcg` as names of metrics.
import { UsageError } from "../base/errors.ts";
import { type AnyMetric, METRIC_FAMILIES, type MetricFamily } from "../evaluation/index.ts";

/** Families by cut, in the order typed: `["HR@5", "HR@10", "NDCG@5", "NDCG@10"]`. @throws UsageError for other words. */
export function metricColumns(k: string, metrics: string): AnyMetric[] {
  const cuts = words(k).map((word) => {
    if (/^[1-9]\d{0,3}$/.test(word)) return Number(word);
    throw new UsageError(`--k ${k}: found "${word}", expected whole numbers from 1 to 9999, such as 1,5,10.`);
  });
  const families = words(metrics).map((word) => familyOf(word, metrics));
  return families.flatMap((family) => cuts.map((cut): AnyMetric => `${family}@${cut}`));
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
