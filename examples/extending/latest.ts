// A yardstick that needs no training: what people took last, most often first.
// In the product it would be src/recommenders/yardsticks/latest.ts.
import type { UntrainedContext, UntrainedDefinition } from "../../src/recommenders/definition.ts";
import type { Recommender } from "../../src/recommenders/recommender.ts";
import { scoreBased } from "../../src/recommenders/yardsticks/index.ts";

export const latestDefinition = {
  kind: "untrained",
  role: "yardstick",
  name: "latest",
  title: "Latest",
  citation: "How often an item is the newest of somebody's training items.",
  tasks: ["sequential", "direct"],
  create: latest,
} as const satisfies UntrainedDefinition;

function latest({ split, seed }: UntrainedContext): Recommender {
  const counts = new Float64Array(split.nItems);
  for (const prefix of split.prefixes) counts[prefix.at(-1)!]!++;
  return scoreBased({
    name: latestDefinition.name,
    describes: "how often it was somebody's newest item in training",
    split,
    seed,
    score: counts,
  });
}
