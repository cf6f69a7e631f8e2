export { type BootstrapOptions, bootstrapIntervals, type Interval, type MetricIntervals } from "./bootstrap.ts";
export {
  assertChecks,
  type Check,
  checkCandidates,
  checkIdCanary,
  checkPositions,
  checkSplitOverlap,
  checkUnchanged,
  type IdCanary,
} from "./checks.ts";
export { EvaluationError, type EvaluationFacts } from "./evaluation-error.ts";
export { comparable, type Fingerprint, fingerprint, type Protocol, type ProtocolFacts } from "./fingerprint.ts";
export { assertMetricInvariants } from "./invariants.ts";
export {
  LONGEST_RANK,
  METRIC_NAMES,
  type MetricName,
  type Metrics,
  meanMetrics,
  metricValue,
  perUserValues,
  randomExpectation,
} from "./metrics.ts";
export { type AnswerSpace, assertRanking, emptyRanks, enterRank, type Ranks, type ScoredList } from "./ranks.ts";
export { type PairedTest, pairedTTest, wilcoxonTest } from "./significance.ts";
