// The front door of explanations.
export { type Explainer, type ExplainOptions, type ExplainRequest, explain, openExplainer } from "./explain.ts";
export type {
  CounterfactualRanks,
  ExplainedItem,
  ExplainedRecommendation,
  Explanation,
  GroupSupport,
  IndividualEvidence,
  TwoInterests,
} from "./explanation.ts";
