// The exported module: `recommend.js`.
export { openRecommender } from "./open-recommender.ts";
