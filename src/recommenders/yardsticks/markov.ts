// Markov-1: what was taken right after the newest item, in training. Counting, no model.
import type { Split } from "../../data/index.ts";
import type { UntrainedDefinition } from "../definition.ts";
import type { Recommender } from "../recommender.ts";
import { scoreBased } from "./score-based.ts";

export const markovDefinition = {
  kind: "untrained",
  role: "yardstick",
  name: "markov-1",
  title: "Markov-1",
  citation: "What follows the newest item directly in training, most often first; popularity behind it.",
  tasks: ["sequential", "direct"],
  usesHistory: true,
  create: ({ split, seed }) => markov({ split, seed }),
} as const satisfies UntrainedDefinition;

export interface MarkovOptions {
  readonly split: Split;
  /** Orders equally popular items behind the successors. Default 2023. */
  readonly seed?: number | undefined;
}

/**
 * score(j) = how often j follows the newest item directly in training prefixes; popularity decides equal counts and the
 * rest.
 */
export function markov({ split, seed = 2023 }: MarkovOptions): Recommender {
  const followers = successors(split);
  return scoreBased({
    name: markovDefinition.name,
    describes: "how often it was bought next after the newest item in training",
    split,
    seed,
    score: (history, items, out) => {
      const counts = followers.get(history.at(-1) ?? -1);
      for (let i = 0; i < items.length; i++) out[i] = counts?.get(items[i]!) ?? 0;
    },
  });
}

/** How often one item follows another. */
function successors({ prefixes }: Split): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const followers = new Map<number, Map<number, number>>();
  for (const prefix of prefixes) {
    for (let at = 1; at < prefix.length; at++) {
      const row = followers.get(prefix[at - 1]!) ?? new Map<number, number>();
      followers.set(prefix[at - 1]!, row);
      row.set(prefix[at]!, (row.get(prefix[at]!) ?? 0) + 1);
    }
  }
  return followers;
}
