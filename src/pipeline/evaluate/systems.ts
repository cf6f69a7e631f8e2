// Who is asked: the recommender, and beside it what needs no training.
import { UNTRAINED } from "../../recommenders/registry.ts";
import type { EvaluateOptions, System } from "./evaluate-options.ts";

/** The recommender first; a yardstick that is itself evaluated does not appear twice. */
export async function systemsOf(options: EvaluateOptions, seed: number): Promise<System[]> {
  const {
    recommender,
    kind = "model",
    yardsticks = true,
    beside = [],
    split,
    itemEmbeddings,
    threads,
    signal,
  } = options;
  // A canary reads the names that the recommender reads, where it reads any.
  const context = { split, seed, itemEmbeddings, itemOrder: recommender.itemOrder, threads, signal };
  const others: System[] = [];
  for (const { name, role, needs, create } of UNTRAINED) {
    const isWanted = role === "canary" ? yardsticks !== false : yardsticks === true;
    const isPossible = needs === undefined || context[needs] !== undefined;
    if (!isWanted || !isPossible || name === recommender.name) continue;
    others.push({ recommender: await create(context), kind: role });
  }
  return [{ recommender, kind }, ...beside, ...others];
}
