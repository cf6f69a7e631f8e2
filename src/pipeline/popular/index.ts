export { interactionsWithin, newestInteraction, timesOfUser } from "./interaction-times.ts";
export {
  type Popular,
  type PopularItem,
  type PopularOptions,
  popular,
  type TrendingOptions,
  trending,
} from "./popular.ts";
