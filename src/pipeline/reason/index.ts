// The front door of reasoning over a dataset.

export type { JudgeCost } from "./ask-judge.ts";
export { proposalAtHand } from "./at-hand.ts";
export { type Calibration, calibrate } from "./calibration.ts";
export { type ChainWriting, writingOf } from "./chain-writing.ts";
export { type ChainsPage, writeChainsPage } from "./chains-page.ts";
export { type ReasoningPlan, reasonByWorkers, type WorkersOptions } from "./elsewhere/index.ts";
export {
  type EstimateOptions as EstimateReasoningOptions,
  estimateReasoning,
  type ReasoningEstimate,
} from "./estimate.ts";
export { type JudgeOptions, type JudgeReport, judgeChains, type KindReport } from "./judge.ts";
export type { JudgedChain } from "./judged-chain.ts";
export { type Judges, makeJudges } from "./judges.ts";
export { planReasoning } from "./plan.ts";
export { reason } from "./reason.ts";
export type { ReasonResult } from "./reason-result.ts";
export { makeReasoner } from "./reasoners.ts";
export {
  askAgain,
  type ChainPlace,
  type ChainQuestion,
  ChangedMeanwhile,
  editChain,
  whyFixed,
} from "./revise.ts";
export { seenByRule } from "./seen-by-rule.ts";
export { placeOfChain, type ShownChain, type ShownStep, showChain } from "./show.ts";
export { exportReasoning, importReasoning } from "./transfer.ts";
export type { KindVerdicts } from "./verdicts.ts";
export type { ReasonOptions } from "./work.ts";
