// The front door of explanations.
export { type ExplainOptions, explain, openExplainer } from "./explain.ts";
export type { Explainer, ExplainRequest } from "./explainer.ts";
export type {
  CounterfactualRanks,
  EvidenceExplanation,
  ExplainedItem,
  ExplainedRecommendation,
  ExplainedTerm,
  Explanation,
  GroupSupport,
  IndividualEvidence,
  InterestExplanation,
  SummedItem,
  SummedRecommendation,
  TermEvidence,
  TwoInterests,
} from "./explanation.ts";
