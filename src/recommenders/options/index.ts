// The options of a model, for those who train, plan and list.
export { leftOpen, type Values, wordsOf } from "./needs.ts";
export { defaultsOf, factsOf, GROUPS, type Group, type OptionFacts, type OptionSchema } from "./option.ts";
export { aliases, ownNames } from "./own-names.ts";
export { applies, type OptionSpace, resolveOptions, settableOptions } from "./resolve-options.ts";
