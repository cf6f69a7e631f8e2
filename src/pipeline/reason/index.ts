// The front door of reasoning over a dataset.
export {
  type EstimateOptions as EstimateReasoningOptions,
  estimateReasoning,
  type ReasoningEstimate,
} from "./estimate.ts";
export { type JudgeReport, judgeReasoning, type KindReport } from "./judge.ts";
export { planReasoning } from "./plan.ts";
export { type ReasonOptions, type ReasonResult, reason } from "./reason.ts";
export { makeReasoner } from "./reasoners.ts";
export {
  askAgain,
  type ChainPlace,
  type ChainQuestion,
  ChangedMeanwhile,
  editChain,
  whyFixed,
} from "./revise.ts";
export { placeOfChain, type ShownChain, type ShownStep, showChain } from "./show.ts";
export { exportReasoning, importReasoning } from "./transfer.ts";
