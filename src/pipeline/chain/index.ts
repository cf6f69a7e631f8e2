// The front door of the chain from a dataset to a report.

export type { Answerer, Contest } from "./answerer.ts";
export { type ChainPaths, type ChainResult, checkChoices, runChain } from "./chain.ts";
export type { ReportWords } from "./chain-report.ts";
export { type Facts, Ledger } from "./ledger.ts";
export { type ShownUser, type ShowUsers, showSpread, TOP } from "./shown-users.ts";
export { stepsAlone } from "./steps-alone.ts";
export type { ChainTexts, LanguageModelCost } from "./text-source.ts";
export { planTraining, type TrainingPlan } from "./training-plan.ts";
