// The library: most of the command line's verbs as functions. Everything is typed, prints nothing, reports progress as
// events, and stops with a `CancelledError` when its `signal` fires.
//
//   await importDataset({ interactions: "orders.csv", items: "products.csv", out: "shop" });
//   await reason({ dataset: "shop" });
//   await embed({ dataset: "shop" });
//   await train({ dataset: "shop", out: "run", preset: "mini" });
//   const { tasks } = await evaluate("run");
//   const { recommendations } = await recommend("run", { user: "4711" });
//
// A dataset is given by its directory, or opened by `openDataset`. So is a run to `evaluate`, `recommend` and
// `explain`, by `openRun`; whoever opens one disposes of its recommender.

export { CancelledError, InputError, OperationError, UsageError } from "./base/errors.ts";
export type { Matrix } from "./base/matrix.ts";
export type { ProgressEvent, Report } from "./base/progress.ts";
export {
  type AppendOptions,
  type AppendResult,
  type Audit,
  type AuditCheck,
  appendToDataset,
  auditDataset,
  type Candidates,
  type Dataset,
  type DatasetStatistics,
  datasetStatistics,
  drawCandidates,
  type ImportFormat,
  type ImportOptions,
  type Inspection,
  type Item,
  type ItemNumbers,
  importDataset,
  inspectFile,
  loadCandidates,
  openDataset,
  PROTOCOLS,
  type Protocol,
  type RawShop,
  type Reader,
  type ReadShop,
  readTruth,
  type ShopTruth,
  type Split,
  type SplitName,
  type SynthOptions,
  splitHash,
  splitLeaveLastTwo,
  synthesiseShop,
  type TrainingView,
  trainingView,
  type Verdict,
} from "./data/index.ts";
export {
  type ApproximateOptions,
  type ApproximateSimilarUsers,
  approximateSimilarUsers,
  type Embeddings,
  type EmbeddingsManifest,
  type PretrainedEncoder,
  type SimilarUsers,
  similarUsers,
  type TextSource,
} from "./embedding/index.ts";
export { DEVICES, type Device, DeviceError } from "./engine/index.ts";
export { EvaluationError } from "./evaluation/index.ts";
export type { JobCounts, JobRecord, JobState } from "./jobs/index.ts";
export type {
  Control,
  ControlEvaluation,
  ControlResult,
  Finding,
  LeakName,
  LeakVerdict,
} from "./pipeline/audit/index.ts";
export {
  type AuditRunOptions,
  audit,
  auditData,
  type ControlRunOptions,
  type DataAudit,
  evaluateUnderControl,
  type RunAudit,
} from "./pipeline/audit/index.ts";
export {
  type ComparedCell,
  type ComparedColumn,
  type ComparedSystem,
  type CompareOptions,
  type Comparison,
  type ComparisonFormat,
  compare,
  formatComparison,
} from "./pipeline/compare/index.ts";
export { type BothTasks, type DemoOptions, type DemoResult, demo, type PlainMetrics } from "./pipeline/demo/index.ts";
export { type EmbedOptions, type EmbedResult, embed } from "./pipeline/embed/index.ts";
export type { EvaluateOptions, EvaluationRecord, SystemEvaluation, TaskEvaluation } from "./pipeline/evaluate/index.ts";
export { type EvaluateRunOptions, evaluate, evaluateRecommender } from "./pipeline/evaluate/index.ts";
export type {
  CounterfactualRanks,
  EvidenceExplanation,
  ExplainedRecommendation,
  ExplainedTerm,
  Explanation,
  GroupSupport,
  IndividualEvidence,
  InterestExplanation,
  SummedRecommendation,
  TermEvidence,
} from "./pipeline/explain/index.ts";
export {
  type Explainer,
  type ExplainOptions,
  type ExplainRequest,
  explain,
  openExplainer,
  type WriteSentenceOptions,
  type WrittenSentence,
  writeSentence,
} from "./pipeline/explain/index.ts";
export { type ExportedVectors, type ExportOptions, exportVectors } from "./pipeline/export/index.ts";
export { type ExportedWeb, type ExportWebOptions, exportWeb } from "./pipeline/export-web/index.ts";
export {
  type FirstRunOptions,
  type FirstRunResult,
  firstRun,
  type NextCommand,
  type Scored,
  type Verdict as FirstRunVerdict,
} from "./pipeline/first-run/index.ts";
export { type ImportDataOptions, importData } from "./pipeline/import/index.ts";
export {
  type AddedToRun,
  type AddItemsOptions,
  addItems,
  listAddedItems,
  type RemoveItemsOptions,
  removeAddedItems,
} from "./pipeline/items/index.ts";
export {
  type Plan,
  type PlannedStage,
  type PlanSettings,
  plan,
  planSettings,
  type Schedule,
  type Simulated,
  simulate as simulateSchedule,
} from "./pipeline/plan/index.ts";
export {
  type Popular,
  type PopularItem,
  type PopularOptions,
  popular,
  type TrendingOptions,
  trending,
} from "./pipeline/popular/index.ts";
export {
  type EstimateReasoningOptions,
  estimateReasoning,
  exportReasoning,
  importReasoning,
  makeReasoner,
  type ReasoningEstimate,
  type ReasonOptions,
  type ReasonResult,
  reason,
} from "./pipeline/reason/index.ts";
export {
  type Fallback,
  type Recommendation,
  type Recommendations,
  type RecommendEachOptions,
  type RecommendOptions,
  type RecommendRequest,
  type RecommendToFileOptions,
  recommend,
  recommendEach,
  recommendShare,
  recommendToFile,
  type WrittenAnswers,
  type WrittenShare,
} from "./pipeline/recommend/index.ts";
export type * from "./pipeline/report/index.ts";
export { renderReport } from "./pipeline/report/index.ts";
export {
  type Similar,
  type SimilarItem,
  type Similarity,
  type SimilarOptions,
  similar,
} from "./pipeline/similar/index.ts";
export {
  type PreparedSimilarUsers,
  type PrepareSimilarUsersOptions,
  prepareSimilarUsers,
} from "./pipeline/similar-users/index.ts";
export { type TrainOptions, type TrainSummary, train } from "./pipeline/train/index.ts";
export { type VerifiedPart, type VerifyOptions, verify } from "./pipeline/verify/index.ts";
export {
  type ChangedJobs,
  cancelJobs,
  type ListedJobs,
  listJobs,
  type RunWorkerOptions,
  retryJobs,
  runWorker,
  showJob,
  type WorkDone,
} from "./pipeline/work/index.ts";
export {
  type AiSdkModel,
  type AiSdkOptions,
  aiSdkProvider,
  type ChainTexts,
  languageModelReasoner,
  type PromptSet,
  type Provider,
  type Reasoner,
  type Reasoning,
  readPrompts,
  readReasoning,
} from "./reasoning/index.ts";
export type { RecommenderDefinition, TrainableDefinition, UntrainedDefinition } from "./recommenders/definition.ts";
export type {
  DirectRequest,
  Evidence,
  RankedList,
  Recommender,
  ScoreExplainer,
  SequentialRequest,
  Task,
} from "./recommenders/recommender.ts";
export { RECOMMENDERS } from "./recommenders/registry.ts";
export type { AddedItem } from "./runs/added-items.ts";
export { type OpenRun, type OpenRunOptions, openRun, type RunConfig } from "./runs/run.ts";
export { ProviderError } from "./servers/provider-error.ts";
