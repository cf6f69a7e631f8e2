// The front door of explanations.
export { EvidenceExplainer, type ReasonsRequest } from "./evidence-explainer.ts";
export { type ExplainOptions, explain, openExplainer, openUserContexts } from "./explain.ts";
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
export { SharedFeatures } from "./features.ts";
export { type Neighbour, nearestRows } from "./nearest-rows.ts";
export { interestsOf, ownTexts, type UserContexts } from "./user-context.ts";
export { type WriteSentenceOptions, type WrittenSentence, writeSentence } from "./write-sentence.ts";
