export { logItemKnn, textCosine } from "./fusable.ts";
export { addScores, type FusedPart, fused, ordered, type Part, standardisedScores } from "./fused.ts";
export { type IdRuleOptions, idRule } from "./id-rule.ts";
export {
  type ItemKnnOptions,
  type ItemKnnTextOptions,
  itemKnn,
  type TextYardsticks,
  textYardsticks,
} from "./item-knn.ts";
export { type MarkovOptions, markov } from "./markov.ts";
export { type PopularityOptions, popularity } from "./popularity.ts";
export { popularityOrder, scoreBased } from "./score-based.ts";
