// Who is asked: the recommender, and beside it what needs no training.
import type { Recommender } from "../../recommenders/recommender.ts";
import { idRule, itemKnn, itemKnnText, popularity } from "../../recommenders/yardsticks/index.ts";
import type { EvaluateOptions } from "../evaluate.ts";
import type { SystemKind } from "./evaluation-record.ts";

export interface System {
  readonly recommender: Recommender;
  readonly kind: SystemKind;
}

/** The recommender first; a yardstick that is itself evaluated does not appear twice. */
export function systemsOf(options: EvaluateOptions, seed: number): System[] {
  const { recommender, split, itemNumbers, itemEmbeddings, yardsticks = true } = options;
  const systems: System[] = [{ recommender, kind: "model" }];
  if (!yardsticks) return systems;
  const beside: System[] = [
    { recommender: popularity({ split, seed }), kind: "yardstick" },
    { recommender: itemKnn({ split, seed }), kind: "yardstick" },
    ...(itemEmbeddings
      ? [{ recommender: itemKnnText({ split, itemEmbeddings, seed }), kind: "yardstick" } as const]
      : []),
    { recommender: idRule({ split, ...(itemNumbers ? { numbers: itemNumbers } : {}) }), kind: "canary" },
  ];
  return [...systems, ...beside.filter((system) => system.recommender.name !== recommender.name)];
}
