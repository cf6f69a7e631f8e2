import { ONE_CALL_V1 } from "./one-call-v1.ts";
import type { PromptSet } from "./prompt-set.ts";

/**
 * The same for less: a single call shares nothing with others but the instruction, which stands first, where prefix
 * caches keep it; and answers are short.
 */
export const ONE_CALL_V2: PromptSet = {
  ...ONE_CALL_V1,
  version: "one-call/2",
  order: "instruction-first",
  lengthRule: "One sentence of at most 25 words each.",
};
