export { type Adapted, type Adapting, adaptedTexts, type Likeness } from "./adapted-texts.ts";
export { AnswerDeferred } from "./answer-deferred.ts";
export { type AskedAbout, askedAbout } from "./asked-about.ts";
export { auditUserTexts, type UserTextAudit } from "./audit-user-texts.ts";
export { BatchApi, type BatchWays, batchFolder, batchReasoner, CallStore } from "./batches/index.ts";
export {
  type Answer,
  type ChainTally,
  emptyTally,
  fromCalls,
  fromJournal,
  fromReasoner,
  isComplete,
  journalKeyOf,
  type KeyListener,
  keysOf,
  nothingTaken,
  type PartialChain,
  type Taken,
  type Wording,
  walkChain,
} from "./chain.ts";
export { itemFallback, type Reasoning, userFallback } from "./chain-texts.ts";
export { indexTexts, KeyCollector } from "./index-texts.ts";
export { type AnswerStore, askedAgain, Journal, laterOf } from "./journal.ts";
export { type JournalRecord, parseRecords } from "./journal-record.ts";
export {
  type Agreement,
  agreement,
  CHAIN_QUESTIONS,
  CHECKS,
  type Check,
  type JudgedTexts,
  type LabelledReply,
  quotedData,
  REPLY_QUESTIONS,
  readLabelledReplies,
  scoreChain,
} from "./judgement/index.ts";
export * from "./llm/index.ts";
export {
  asReasoningManifest,
  hasReasoningManifest,
  journalPath,
  promptsOf,
  type ReasoningManifest,
  readReasoningManifest,
  writeReasoningManifest,
} from "./manifest.ts";
export { OFFLINE_LABEL, offlineReasoner } from "./offline.ts";
export { learnShop, learnTiers, type ShopFacts } from "./offline-facts.ts";
export {
  BUILT_IN_PROMPTS,
  DEFAULT_PROMPTS,
  PROMPT_SET,
  type PromptSet,
  readPrompts,
  STEPWISE_PROMPTS,
} from "./prompt-sets/index.ts";
export { readItemTexts, readReasoning, readUserTexts, type UserTexts, walkReasoning } from "./read-reasoning.ts";
export {
  type ChainTexts,
  type Reasoner,
  type ReasonReply,
  type ReasonRequest,
  STEPS,
  type Step,
  type Subject,
  type Waves,
} from "./reasoner.ts";
export { type StandingChain, standingChain } from "./revised-texts.ts";
export {
  addRevisions,
  baseOf,
  type Revision,
  Revisions,
  readRevisions,
  revisionsHash,
  revisionsPath,
} from "./revisions.ts";
export { LONGEST_ANSWER, reasonerSettings } from "./settings.ts";
export { REASONING_STOPPED } from "./stopped.ts";
export { type HistoryChoice, historyOf, itemSubject, userSubject } from "./subjects.ts";
export { textSentences } from "./text-sentences.ts";
export { estimateTokens } from "./token-count.ts";
export { exportJournal, importJournal } from "./transfer.ts";
export { givesOrders } from "./untrusted-text.ts";
export { type LoggedVerdicts, VerdictLog, verdictKey } from "./verdict-log.ts";
