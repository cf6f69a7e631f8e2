// Who answers for people that a run's model does not know: made once, when first asked.
import type { Recommender } from "../../recommenders/recommender.ts";
import { itemKnnDefinition, popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { Fallback } from "./recommendations.ts";

const DEFINITIONS = { popularity: popularityDefinition, "item-knn": itemKnnDefinition } as const;

export class Fallbacks {
  private readonly run: Pick<OpenRun, "split" | "config">;
  private readonly made = new Map<Fallback, Promise<Recommender>>();

  constructor(run: Pick<OpenRun, "split" | "config">) {
    this.run = run;
  }

  named(name: Fallback): Promise<Recommender> {
    const { split, config } = this.run;
    const made = this.made.get(name) ?? Promise.resolve(DEFINITIONS[name].create({ split, seed: config.seed }));
    this.made.set(name, made);
    return made;
  }
}
