// Who answers for people that a run's model does not know: made once, when first asked.
import type { Split } from "../../data/index.ts";
import type { Recommender } from "../../recommenders/recommender.ts";
import { itemKnnDefinition, popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { Fallback } from "./recommendations.ts";

const DEFINITIONS = { popularity: popularityDefinition, "item-knn": itemKnnDefinition } as const;

export class Fallbacks {
  private readonly split: Split;
  private readonly seed: number;
  private readonly made = new Map<Fallback, Promise<Recommender>>();

  constructor({ split, config }: Pick<OpenRun, "split" | "config">) {
    this.split = split;
    this.seed = config.seed;
  }

  named(name: Fallback): Promise<Recommender> {
    const { split, seed } = this;
    const made = this.made.get(name) ?? Promise.resolve(DEFINITIONS[name].create({ split, seed }));
    this.made.set(name, made);
    return made;
  }
}
