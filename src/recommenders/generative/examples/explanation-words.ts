// The vocabulary of explanations where no checkpoint brings one: words of the templates, and of the sentences that
// training may see.
import { builtinWords } from "../../../backbone/sentences.ts";
import { templateWords } from "../../../backbone/templates.ts";
import { type GenerativeOptions, hasCheckpoint, learnsExplanations } from "../options/options.ts";
import type { TrainingData } from "./training-data.ts";

/** Further words are one unknown token: each costs a row of the token table in every step. */
const MOST_WORDS = 20_000;

/** None where explanations are not learnt, or a checkpoint's tokenizer spells every word. */
export function explanationWords(options: GenerativeOptions, { explanations }: TrainingData): readonly string[] {
  if (!learnsExplanations(options) || hasCheckpoint(options)) return [];
  const { pairs, sentences } = explanations!;
  const counts = new Map<string, number>();
  pairs.forEach((items, user) => {
    for (const item of items) {
      for (const word of builtinWords(sentences.of(user, item)!.text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  });
  // Numbers are written in digits; equally common words stand in the order of their spelling.
  const words = [...counts].filter(([word]) => !/^\p{N}+$/u.test(word));
  words.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return [...templateWords(options.templates, ["explanation"]), ...words.slice(0, MOST_WORDS).map(([word]) => word)];
}
