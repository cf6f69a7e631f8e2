// The front door for Node, which writes what browsers read.
export type { OnnxRuntime, Recommender as WebRecommenderApi } from "./api.ts";
export { type WebParts, WebRecommender } from "./recommender.ts";
export { type Catalogue, packTables, type TableData, type WebSettings } from "./web-files.ts";
