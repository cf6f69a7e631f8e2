// The front door of evaluation: of a run, or of any recommender.
export { type EvaluateRunOptions, evaluate } from "./evaluate.ts";
export type { EvaluateOptions } from "./evaluate-options.ts";
export { evaluateRecommender } from "./evaluate-recommender.ts";
export type { EvaluationRecord, SystemEvaluation, TaskEvaluation } from "./evaluation-record.ts";
export { formatEvaluation } from "./format-evaluation.ts";
export { isOfEarlierModel } from "./measured-model.ts";
export { evaluationSchema } from "./record-schema.ts";
export { readEvaluation } from "./store.ts";
