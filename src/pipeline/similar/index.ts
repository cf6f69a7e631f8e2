export type { Similarity } from "./settings.ts";
export { type Similar, type SimilarItem, type SimilarOptions, similar } from "./similar.ts";
