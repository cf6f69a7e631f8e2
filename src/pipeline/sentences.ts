// What explanations are learnt from: what was reasoned of items and users.
import { InputError } from "../base/errors.ts";
import type { Report } from "../base/progress.ts";
import { type Dataset, explainedPairs, type SentenceSource, type TrainingView } from "../data/index.ts";
import { readReasoning, textSentences } from "../reasoning/index.ts";

/** @throws InputError where nothing was reasoned. */
export async function sentencesOf(dataset: Dataset, report: Report): Promise<SentenceSource> {
  const { directory } = dataset;
  const reasoning = await readReasoning(directory, dataset, report).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause;
    const { where, found } = cause.facts;
    const expected = "texts of items and users, which explanations are made of";
    const todo = `Run \`isrf reason ${directory}\`; --set tasks=both learns no explanations.`;
    throw new InputError({ where, found, expected, todo }, { cause });
  });
  return textSentences(reasoning);
}

/** The view with the pairs whose sentences are learnt. @throws InputError where there is none. */
export function withExplained(view: TrainingView, sentences: SentenceSource, directory: string): TrainingView {
  const explained = explainedPairs(view.graph, sentences);
  if (explained.some(({ length }) => length > 0)) return { ...view, explained };
  throw new InputError({
    where: directory,
    found: "no sentence on a pair of user and item that training sees",
    expected: "some, as tasks explanation and three learn them",
    todo: `Run \`isrf reason ${directory}\` again, or leave tasks as they are.`,
  });
}
