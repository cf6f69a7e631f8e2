// Validation questions as prompts of both tasks.
import { UsageError } from "../../../base/errors.ts";
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

/** @throws UsageError where explanations alone are learnt and none validates: nothing would choose a checkpoint. */
export function validationPrompts(
  questions: readonly ValidationQuestion[],
  options: GenerativeOptions,
  sentences?: SentenceSource,
): ValidationPrompts {
  const prompts = promptsOf(questions, options, sentences);
  if (options.tasks === "explanation" && prompts.explanation.length === 0) {
    throw new UsageError(
      `tasks explanation: of ${questions.length} users that validate none has a sentence on the validation item, so that nothing would choose a checkpoint. ` +
        "Let more users validate (--set validationUsers=N, 0 for all), bring more reviews (--explanations FILE of the import), or train on reasoned texts (--sentences texts).",
    );
  }
  return prompts;
}

function promptsOf(
  questions: readonly ValidationQuestion[],
  { maxHistory }: GenerativeOptions,
  sentences: SentenceSource | undefined,
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
