// Who is asked: the recommender, and beside it what needs no training.
import type { Recommender } from "../../recommenders/recommender.ts";
import { idRule, itemKnn, itemKnnText, popularity } from "../../recommenders/yardsticks/index.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import type { SystemKind } from "./evaluation-record.ts";

export interface System {
  readonly recommender: Recommender;
  readonly kind: SystemKind;
}

/** The recommender first; a yardstick that is itself evaluated does not appear twice. */
export async function systemsOf(options: EvaluateOptions, seed: number): Promise<System[]> {
  const { recommender, split, itemNumbers, itemEmbeddings, yardsticks = true, signal } = options;
  const systems: System[] = [{ recommender, kind: "model" }];
  const add = (beside: Recommender, kind: SystemKind) => {
    if (beside.name !== recommender.name) systems.push({ recommender: beside, kind });
  };
  if (!yardsticks) return systems;
  add(popularity({ split, seed }), "yardstick");
  add(itemKnn({ split, seed }), "yardstick");
  if (itemEmbeddings)
    add(await itemKnnText({ split, itemEmbeddings, seed, ...(signal ? { signal } : {}) }), "yardstick");
  add(idRule({ split, ...(itemNumbers ? { numbers: itemNumbers } : {}) }), "canary");
  return systems;
}
