// Whether a reply is an answer: what is taken off it, and what may be wrong with it.
export { FLAWS, type Flaw } from "./flaws.ts";
export { LANGUAGES } from "./language.ts";
export { readAnswer } from "./read-answer.ts";
