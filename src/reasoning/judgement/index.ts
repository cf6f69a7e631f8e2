// Whether a reply is an answer: what is taken off it, and what may be wrong with it.
export { FLAWS, type Flaw } from "./flaws.ts";
export { type Judged, readAnswer, readTogether } from "./read-answer.ts";
export { CHECKS, type Check, scoreChain } from "./score-chain.ts";
