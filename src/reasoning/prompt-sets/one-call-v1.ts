import { FIGURES_6_7_V3 } from "./figures-6-7-v3.ts";
import type { PromptSet } from "./prompt-set.ts";

/** The three steps in a single call, each text written from the ones before it. Ours: the paper asks three times. */
export const ONE_CALL_V1: PromptSet = {
  ...FIGURES_6_7_V3,
  version: "one-call/1",
  lengthRule: "One or two sentences each.",
  together: {
    item:
      "Based on the provided [ATTRIBUTES], summarize first which types of users might enjoy this {domain} (positive); " +
      "then, from that, which other types of users might dislike it, and why (negative); then, from both, its features (feature).",
    user:
      "Based on the provided [HISTORY], say first which types of {domains} this user is likely to enjoy (positive); " +
      "then, from that, which types the user is likely to dislike (negative); then, from both, the core interests and preferences of the user (feature).",
  },
};
