import { FIGURES_6_7_V1 } from "./figures-6-7-v1.ts";
import type { PromptSet } from "./prompt-set.ts";

const { item, user } = FIGURES_6_7_V1;

/**
 * The paper's Figures 6 and 7 to the letter: two of the item's instructions end without a full stop, users are asked
 * about "sports" where items are a "sports product", no system message, no wish for a length, nothing cut or added.
 */
export const FIGURES_6_7_PRINTED: PromptSet = {
  ...FIGURES_6_7_V1,
  version: "figures-6-7/printed",
  lengthRule: "",
  verbatim: true,
  item: {
    positive: {
      ...item.positive,
      instruction:
        "Based on the provided [ATTRIBUTES], assist me in summarizing which types of users might enjoy a specific {domain}",
    },
    negative: {
      ...item.negative,
      instruction:
        "Based on the provided [ATTRIBUTES], [POSITIVE], assist me in summarizing which types of users might dislike a specific {domain}",
    },
    feature: item.feature,
  },
  user: {
    positive: {
      ...user.positive,
      instruction:
        "Based on the provided [HISTORY], you will help identify which types of {field} a specific user is likely to enjoy.",
    },
    negative: {
      ...user.negative,
      instruction:
        "Based on the provided [HISTORY], [POSITIVE_USER], you will help identify the types of {field} the user is likely to dislike.",
    },
    feature: user.feature,
  },
  limits: {},
};
