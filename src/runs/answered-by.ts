// A run that is answered by a system that needs no training, in the place of its model.
import { UsageError, unknownName } from "../base/errors.ts";
import type { UntrainedDefinition } from "../recommenders/definition.ts";
import { UNTRAINED } from "../recommenders/registry.ts";
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

/**
 * `run` with the yardstick `name` as its recommender; `run` itself for its own model, which stays the caller's to
 * dispose of.
 * @throws UsageError for an unknown name, and one that reads texts where the run has none; InputError where they are
 *   gone
 */
export async function answeredBy(run: OpenRun, name: string | undefined, signal?: AbortSignal): Promise<OpenRun> {
  const { split, config } = run;
  const found = answererNamed(name, config.model);
  if (found === undefined) return run;
  const itemEmbeddings = found.needs === undefined ? undefined : (await openRunEmbeddings(run))?.items;
  if (found.needs !== undefined && itemEmbeddings === undefined) {
    throw new UsageError(`--model ${found.name} reads texts, and ${run.directory} was trained without them.`);
  }
  return { ...run, recommender: await found.create({ split, seed: config.seed, itemEmbeddings, signal }) };
}
