import { type Split, trainingWeights } from "../../data/index.ts";
import type { UntrainedDefinition } from "../definition.ts";
import type { Recommender } from "../recommender.ts";
import { scoreBased } from "./score-based.ts";

export const popularityDefinition = {
  kind: "untrained",
  role: "yardstick",
  name: "popularity",
  title: "Popularity",
  citation: "Training interactions per item.",
  tasks: ["sequential", "direct"],
  create: ({ split, seed }) => popularity({ split, seed }),
} as const satisfies UntrainedDefinition;

export interface PopularityOptions {
  readonly split: Split;
  /** Orders equally popular items. Default 2023. */
  readonly seed?: number | undefined;
}

/**
 * The most popular unseen items by training count: what any system must beat in both tasks (docs/protocols.md, L12).
 */
export function popularity({ split, seed = 2023 }: PopularityOptions): Recommender {
  const counts = trainingWeights(split);
  return scoreBased({
    name: popularityDefinition.name,
    describes: `${split.weights === undefined ? "how often it was bought" : "what its events weigh together"} in training`,
    split,
    seed,
    score: counts,
  });
}
