// A run as somebody wants to be answered: by some terms of its scores, or by a system that needs no training.
import { UsageError, unknownName } from "../base/errors.ts";
import type { UntrainedDefinition } from "../recommenders/definition.ts";
import { UNTRAINED } from "../recommenders/registry.ts";
import { areAsLearned, choiceWords, type TermChoice, withChosenTerms } from "./chosen-terms.ts";
import type { OpenRun } from "./run.ts";
import { openRunEmbeddings } from "./run-embeddings.ts";

const YARDSTICKS = UNTRAINED.filter(({ role }) => role === "yardstick");

/** Undefined for the `model` of a run itself. @throws UsageError for an unknown name. */
export function answererNamed(name: string | undefined, model: string): UntrainedDefinition | undefined {
  if (name === undefined || name === model) return undefined;
  const found = YARDSTICKS.find((definition) => definition.name === name);
  if (found === undefined) throw unknownName("--model", name, [model, ...YARDSTICKS.map((each) => each.name)]);
  return found;
}

export interface AnswererChoice extends TermChoice {
  readonly model?: string | undefined;
}

/**
 * `run` with the yardstick `model` as its recommender; for its own model, which stays the caller's to dispose of, with
 * the terms that are chosen.
 * @throws UsageError for an unknown name, one that reads texts where the run has none, and as `withChosenTerms`;
 *   InputError where texts are gone
 */
export async function answeredBy(run: OpenRun, choice: AnswererChoice, signal?: AbortSignal): Promise<OpenRun> {
  const { split, config } = run;
  const found = answererNamed(choice.model, config.model);
  if (found === undefined) return withChosenTerms(run, choice);
  if (!areAsLearned(choice)) {
    throw new UsageError(
      `${choiceWords(choice)} is about the terms of ${config.model}'s scores, and ${found.name} was to answer. Leave one out.`,
    );
  }
  const itemEmbeddings = found.needs === undefined ? undefined : (await openRunEmbeddings(run))?.items;
  if (found.needs !== undefined && itemEmbeddings === undefined) {
    throw new UsageError(`--model ${found.name} reads texts, and ${run.directory} was trained without them.`);
  }
  return { ...run, recommender: await found.create({ split, seed: config.seed, itemEmbeddings, signal }) };
}
