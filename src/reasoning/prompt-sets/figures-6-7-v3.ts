import { FIGURES_6_7_V2 } from "./figures-6-7-v2.ts";
import type { PromptSet } from "./prompt-set.ts";

/**
 * The same questions for less: the data stands before the instruction, so that a server computes it once for the three
 * steps; a user's items are told by title and FEATURE text; numbers that only a database knows are not told.
 */
export const FIGURES_6_7_V3: PromptSet = {
  ...FIGURES_6_7_V2,
  version: "figures-6-7/3",
  order: "data-first",
  history: "titles",
  leaveOut: ["attributeIds"],
  limits: { fieldTokens: 100, historyTokens: 600 },
};
