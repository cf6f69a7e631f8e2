// The library: the command line's verbs as functions. Everything is typed, prints nothing, reports progress as events,
// and stops with a `CancelledError` when its `signal` fires.
//
//   const dataset = await importDataset({ interactions: "orders.csv", items: "products.csv", out: "shop" });
//   const split = splitLeaveLastTwo(dataset);
//   const reasoner = makeReasoner("offline", dataset, split);
//   await reasonDataset({ dataset, split, reasoner, seed: 1 });
//   await embedDataset({ dataset, split, seed: 1 });
//   await train({ dataset: "shop", out: "run", preset: "mini" });
//   const { tasks } = await evaluateRun("run");
//   const { recommendations } = await recommend("run", { user: "4711" });

export { CancelledError, InputError, OperationError, UsageError } from "./base/errors.ts";
export type { ProgressEvent, Report } from "./base/progress.ts";
export type { Matrix } from "./base/typed-arrays.ts";
export * from "./data/index.ts";
export {
  type ApproximateOptions,
  type ApproximateSimilarUsers,
  approximateSimilarUsers,
  type Embeddings,
  type EmbeddingsManifest,
  type SimilarUsers,
  similarUsers,
  type TextSource,
} from "./embedding/index.ts";
export { DEVICES, type Device, DeviceError } from "./engine/index.ts";
export { EvaluationError } from "./evaluation/index.ts";
export { auditData, type DataAudit } from "./pipeline/audit/audit-data.ts";
export { type AuditRunOptions, auditRun, type RunAudit } from "./pipeline/audit/audit-run.ts";
export { type ControlRunOptions, controlRun } from "./pipeline/audit/control-run.ts";
export type { Control, ControlEvaluation, ControlResult } from "./pipeline/audit/controls.ts";
export type { Finding, LeakName, LeakVerdict } from "./pipeline/audit/finding.ts";
export { type ComparisonFormat, formatComparison } from "./pipeline/compare/formats.ts";
export {
  type ComparedCell,
  type ComparedColumn,
  type ComparedSystem,
  type CompareOptions,
  type Comparison,
  compareRuns,
} from "./pipeline/compare.ts";
export { type BothTasks, type DemoOptions, type DemoResult, demo, type PlainMetrics } from "./pipeline/demo.ts";
export { type EmbedOptions, type EmbedResult, embedDataset } from "./pipeline/embed.ts";
export {
  type EstimateOptions as EstimateReasoningOptions,
  estimateReasoning,
  type ReasoningEstimate,
} from "./pipeline/estimate-reasoning.ts";
export { evaluateRecommender } from "./pipeline/evaluate.ts";
export { type EvaluateRunOptions, evaluateRun } from "./pipeline/evaluate-run.ts";
export type { EvaluateOptions } from "./pipeline/evaluation/evaluate-options.ts";
export type { EvaluationRecord, SystemEvaluation, TaskEvaluation } from "./pipeline/evaluation/evaluation-record.ts";
export type {
  CounterfactualRanks,
  ExplainedRecommendation,
  Explanation,
  GroupSupport,
  IndividualEvidence,
} from "./pipeline/explain/explanation.ts";
export {
  type Explainer,
  type ExplainOptions,
  type ExplainRequest,
  explain,
  openExplainer,
} from "./pipeline/explain.ts";
export { exportReasoning, importReasoning } from "./pipeline/journal-transfer.ts";
export { type ReasonOptions, type ReasonResult, reasonDataset } from "./pipeline/reason.ts";
export { makeReasoner } from "./pipeline/reasoners.ts";
export {
  answer,
  type Fallback,
  type Recommendation,
  type Recommendations,
  type RecommendOptions,
  type RecommendRequest,
  recommend,
} from "./pipeline/recommend.ts";
export { renderReport } from "./pipeline/report/index.ts";
export type * from "./pipeline/report/report-data.ts";
export { type OpenRun, openRun, type RunConfig } from "./pipeline/run.ts";
export { type TrainOptions, type TrainSummary, train } from "./pipeline/train.ts";
export {
  type ChainTexts,
  type PromptSet,
  type Reasoner,
  type Reasoning,
  readPromptFile,
  readReasoning,
} from "./reasoning/index.ts";
export type { DirectRequest, RankedList, Recommender, SequentialRequest, Task } from "./recommenders/recommender.ts";
export { RECOMMENDERS } from "./recommenders/registry.ts";
