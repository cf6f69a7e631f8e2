// What any correct result with one held-out item per user satisfies, whatever the system (docs/protocols.md, "Checks of
// every evaluation"). Published tables break some of these; ours never may.
import { EvaluationError } from "./evaluation-error.ts";
import type { MetricName, Metrics } from "./metrics.ts";

/** Rounding of sums over users. */
const EPSILON = 1e-9;

interface Invariant {
  readonly rule: string;
  /** Must lie in [low, high]. */
  readonly bounds: (m: Metrics) => { readonly value: number; readonly low: number; readonly high: number };
}

const ordered = (smaller: MetricName, larger: MetricName): Invariant => ({
  rule: `${smaller} <= ${larger}`,
  bounds: (m) => ({ value: m[smaller], low: 0, high: m[larger] }),
});

/** Every further hit between ranks k + 1 and l adds between 1 / log2(l + 1) and 1 / log2(k + 2) to NDCG. */
const increments = (k: 5 | 10, l: 10 | 20): Invariant => ({
  rule: `NDCG@${l} - NDCG@${k} lies between (HR@${l} - HR@${k}) / log2(${l + 1}) and (HR@${l} - HR@${k}) / log2(${k + 2})`,
  bounds: (m) => {
    const hits = m[`HR@${l}`] - m[`HR@${k}`];
    const value = m[`NDCG@${l}`] - m[`NDCG@${k}`];
    return { value, low: hits / Math.log2(l + 1), high: hits / Math.log2(k + 2) };
  },
});

const INVARIANTS: readonly Invariant[] = [
  ordered("HR@1", "HR@5"),
  ordered("HR@5", "HR@10"),
  ordered("HR@10", "HR@20"),
  ordered("MRR", "HR@20"),
  { rule: "HR@20 <= 1", bounds: (m) => ({ value: m["HR@20"], low: 0, high: 1 }) },
  { rule: "NDCG@1 = HR@1", bounds: (m) => ({ value: m["NDCG@1"], low: m["HR@1"], high: m["HR@1"] }) },
  increments(5, 10),
  increments(10, 20),
];

/** @throws EvaluationError that names the first rule broken. */
export function assertMetricInvariants(metrics: Metrics, where: string): void {
  for (const { rule, bounds } of INVARIANTS) {
    const { value, low, high } = bounds(metrics);
    if (value >= low - EPSILON && value <= high + EPSILON) continue;
    throw new EvaluationError({ rule, where, found: String(value), expected: `between ${low} and ${high}` });
  }
}
