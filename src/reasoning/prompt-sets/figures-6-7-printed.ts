import { FIGURES_6_7_V1 } from "./figures-6-7-v1.ts";
import type { PromptSet } from "./prompt-set.ts";

/** The paper's Figures 6 and 7 and nothing else: no system message, no wish for a length, nothing cut. */
export const FIGURES_6_7_PRINTED: PromptSet = {
  ...FIGURES_6_7_V1,
  version: "figures-6-7/printed",
  lengthRule: "",
  limits: {},
};
