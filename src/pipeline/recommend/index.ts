export { type AnswerOptions, Answers } from "./answers.ts";
export { Fallbacks } from "./fallbacks.ts";
export type { Person } from "./people.ts";
export { type RecommendOptions, type RecommendRequest, recommend } from "./recommend.ts";
export { type RecommendEachOptions, recommendEach } from "./recommend-each.ts";
export { type RecommendToFileOptions, recommendToFile, type WrittenAnswers } from "./recommend-to-file.ts";
export type { Fallback, Recommendation, Recommendations } from "./recommendations.ts";
export { ROW_TEXTS, type RowText } from "./row-formats.ts";
