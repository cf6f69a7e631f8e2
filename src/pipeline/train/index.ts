export { authorsTexts, isAsAuthors } from "./authors-texts.ts";
export { withinMinutes } from "./minutes.ts";
export type { TrainOptions } from "./options.ts";
export { isReasoned, learntSentences, reasonedTextsHash, reviewsFor, reviewsOf, withExplained } from "./sentences.ts";
export { type TrainSummary, train } from "./train.ts";
