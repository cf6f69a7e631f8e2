export { authorsTexts, isAsAuthors } from "./authors-texts.ts";
export { withinMinutes } from "./minutes.ts";
export type { TrainOptions } from "./options.ts";
export { learntSentences, reviewsOf, withExplained } from "./sentences.ts";
export { type TrainSummary, train } from "./train.ts";
