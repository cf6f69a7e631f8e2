// Validation questions as prompts of both tasks.
import type { SentenceSource } from "../../../data/index.ts";
import type { ValidationQuestion } from "../../training/ranking-validation.ts";
import type { PromptQuestion } from "../generator.ts";
import type { GenerativeOptions } from "../options/options.ts";
import type { Example } from "../shapes.ts";

/** The same users in both tasks; `target` is the validation item. Histories hold at most `maxHistory` items. */
export interface ValidationPrompts {
  readonly sequential: readonly PromptQuestion[];
  readonly direct: readonly PromptQuestion[];
  /** Of these users, sentences on the validation item, or those of the review file's own validation part. */
  readonly explanation: readonly Example[];
}

export function validationPrompts(
  questions: readonly ValidationQuestion[],
  { maxHistory }: GenerativeOptions,
  sentences?: SentenceSource,
): ValidationPrompts {
  return {
    sequential: questions.map(({ userIndex, history, target }) => {
      return { task: "sequential", userIndex, items: history.slice(-maxHistory), target, excluded: history };
    }),
    direct: questions.map(({ userIndex, history, target, candidates }) => {
      return { task: "direct", userIndex, items: candidates, history, target, allowed: candidates };
    }),
    explanation: questions.flatMap(({ userIndex, target }): Example[] => {
      const items = sentences?.parts?.valid[userIndex] ?? [target];
      return Array.from(items).flatMap((item) => exampleOf(userIndex, item, sentences));
    }),
  };
}

function exampleOf(userIndex: number, item: number, sentences: SentenceSource | undefined): Example[] {
  const sentence = sentences?.of(userIndex, item)?.text;
  return sentence === undefined ? [] : [{ task: "explanation", userIndex, items: Int32Array.of(item), sentence }];
}
