// Whether a reply is an answer: what is taken off it, and what may be wrong with it.
export { type Agreement, agreement } from "./agreement.ts";
export { quotedData } from "./asked.ts";
export { FLAWS, type Flaw } from "./flaws.ts";
export { type LabelledReply, readLabelledReplies } from "./labelled-replies.ts";
export { type Judged, readAnswer, readTogether } from "./read-answer.ts";
export { CHECKS, type Check, scoreChain } from "./score-chain.ts";
export { CHAIN_QUESTIONS, type JudgedTexts, REPLY_QUESTIONS, type VerdictQuestions } from "./verdicts.ts";
