export {
  type ChainTally,
  emptyTally,
  fromReasoner,
  type PartialChain,
  walkChain,
} from "./chain.ts";
export { Journal } from "./journal.ts";
export { journalPath, type ReasoningManifest, writeReasoningManifest } from "./manifest.ts";
export { offlineReasoner } from "./offline.ts";
export { PROMPT_VERSION } from "./prompts.ts";
export { itemFallback, type Reasoning, readReasoning, userFallback } from "./read-reasoning.ts";
export { type ChainTexts, type Reasoner, STEPS } from "./reasoner.ts";
export { itemSubject, userSubject } from "./subjects.ts";
export { isStopWord, wordsOf } from "./words.ts";
