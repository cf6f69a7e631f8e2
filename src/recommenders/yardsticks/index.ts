export { logItemKnn, textCosine } from "./fusable.ts";
export { addScores, type FusedPart, fused, ordered, type Part, standardisedScores } from "./fused.ts";
export { type IdRuleOptions, idRule, idRuleDefinition } from "./id-rule.ts";
export {
  type ItemKnnOptions,
  type ItemKnnTextOptions,
  itemKnn,
  itemKnnDefinition,
  itemKnnText,
  itemKnnTextDefinition,
  type TextKnnOptions,
  textKnn,
  textKnnDefinition,
} from "./item-knn.ts";
export { type MarkovOptions, markov, markovDefinition } from "./markov.ts";
export { coOccurrenceWith } from "./neighbours.ts";
export { type PopularityOptions, popularity, popularityDefinition } from "./popularity.ts";
export { popularityOrder, scoreBased } from "./score-based.ts";
