export {
  type BootstrapOptions,
  bootstrapIntervals,
  bootstrapIntervalsOfAll,
  type Interval,
  type MetricIntervals,
} from "./bootstrap.ts";
export { ACTIVITY_STARTS, type Bucket, bucketMetrics, bucketsOf, POPULARITY_STARTS } from "./buckets.ts";
export {
  assertChecks,
  type Check,
  CONTROL_ERRORS,
  checkAsked,
  checkCandidates,
  checkColdItems,
  checkIdCanary,
  checkLists,
  checkNewUsers,
  checkPositions,
  checkRandomScorer,
  checkSplitOverlap,
  checkTrainingLists,
  checkUnchanged,
  type IdCanary,
} from "./checks.ts";
export { EvaluationError, type EvaluationFacts } from "./evaluation-error.ts";
export { comparable, type Fingerprint, fingerprint, type ProtocolFacts } from "./fingerprint.ts";
export { holm } from "./holm.ts";
export { assertMetricInvariants } from "./invariants.ts";
export { type ListStatistics, ShownItems } from "./list-statistics.ts";
export {
  type AnyMetric,
  LONGEST_RANK,
  longestCut,
  METRIC_FAMILIES,
  METRIC_NAMES,
  type MetricFamily,
  type MetricName,
  type Metrics,
  meanMetrics,
  metricNames,
  metricValue,
  type PerMetric,
  perUserValues,
  randomExpectation,
} from "./metrics.ts";
export { type AnswerSpace, assertRanking, emptyRanks, enterRank, type Ranks, type ScoredList } from "./ranks.ts";
export { type RawMetrics, RawTally } from "./raw-metrics.ts";
export { DIFFERENCE_ROUNDING, type PairedTest, pairedTTest, wilcoxonTest } from "./significance.ts";
export { BLEU_SIGNATURE, TEXT_METRICS, textMetrics } from "./texts/text-metrics.ts";
