// Validation questions as prompts of both tasks.
import type { Split } from "../../../data/index.ts";
import { validationQuestions } from "../../training/ranking-validation.ts";
import type { PromptQuestion } from "../generator.ts";
import type { GenerativeOptions } from "../options/options.ts";

/** The same users in both tasks; `target` is the validation item. Histories hold at most `maxHistory` items. */
export interface ValidationPrompts {
  readonly sequential: readonly PromptQuestion[];
  readonly direct: readonly PromptQuestion[];
}

/** `negatives(user)` are the stored 99 of the validation split. */
export function validationPrompts(
  split: Split,
  negatives: (user: number) => Int32Array,
  { validationUsers, maxHistory }: GenerativeOptions,
  seed: number,
): ValidationPrompts {
  const questions = validationQuestions(split, negatives, validationUsers, seed);
  return {
    sequential: questions.map(({ userIndex, history, target }) => {
      return { task: "sequential", userIndex, items: history.slice(-maxHistory), target, excluded: history };
    }),
    direct: questions.map(({ userIndex, history, target, candidates }) => {
      return { task: "direct", userIndex, items: candidates, history, target, allowed: candidates };
    }),
  };
}
