import type { PromptSet } from "./prompt-set.ts";

/**
 * The paper's Figures 6 and 7 (Instruction, Information, Response). Ours: the domain noun, missing fields left out,
 * item numbers counting from 1, and one sentence that asks for the length of the figures' examples.
 */
export const FIGURES_6_7_V1: PromptSet = {
  version: "figures-6-7/1",
  fenced: false,
  lengthRule: "Answer in one or two sentences.",
  item: {
    positive: {
      instruction:
        "Based on the provided [ATTRIBUTES], assist me in summarizing which types of users might enjoy a specific {domain}.",
      tag: "[POSITIVE]",
    },
    negative: {
      instruction:
        "Based on the provided [ATTRIBUTES], [POSITIVE], assist me in summarizing which types of users might dislike a specific {domain}.",
      tag: "[NEGATIVE]",
    },
    feature: {
      instruction:
        "Based on the provided [ATTRIBUTES], [POSITIVE], [NEGATIVE], assist me in identifying the possible features of a specific {domain}.",
      tag: "[FEATURE]",
    },
  },
  user: {
    positive: {
      instruction:
        "Based on the provided [HISTORY], you will help identify which types of {domains} a specific user is likely to enjoy.",
      tag: "[POSITIVE_USER]",
    },
    negative: {
      instruction:
        "Based on the provided [HISTORY], [POSITIVE_USER], you will help identify the types of {domains} the user is likely to dislike.",
      tag: "[NEGATIVE_USER]",
    },
    feature: {
      instruction:
        "Based on the provided [HISTORY], [POSITIVE_USER], [NEGATIVE_USER], you will help identify the core interests and preferences of the user.",
      tag: "[PREFERENCE]",
    },
  },
  limits: { descriptionCharacters: 600 },
};
