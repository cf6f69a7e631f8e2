export { type IdRuleOptions, idRule } from "./id-rule.ts";
export { type ItemKnnOptions, type ItemKnnTextOptions, itemKnn, itemKnnText } from "./item-knn.ts";
export { type PopularityOptions, popularity } from "./popularity.ts";
