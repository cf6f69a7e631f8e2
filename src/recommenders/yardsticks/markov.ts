// Markov-1: what was taken right after the newest item, in training. Counting, no model.
import type { FlatLists } from "../../base/flat-lists.ts";
import type { SparseRows } from "../../base/matrix.ts";
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
  const { offsets, indices, values } = followersOf(split);
  const known = { items: new Int32Array(split.nItems), values: new Float64Array(split.nItems) };
  return scoreBased({
    name: markovDefinition.name,
    describes: "how often it was bought next after the newest item in training",
    split,
    seed,
    score: (history) => {
      const newest = history.at(-1);
      if (newest === undefined) return { ...known, size: 0 };
      const [start, end] = [offsets[newest]!, offsets[newest + 1]!];
      known.items.set(indices.subarray(start, end));
      known.values.set(values.subarray(start, end));
      return { ...known, size: end - start };
    },
  });
}

/** How often each item (column) follows each (row). [nItems, nItems] */
function followersOf({ prefixes, nItems }: Split): SparseRows {
  const pairs = pairsOf(prefixes, nItems);
  const offsets = new Int32Array(nItems + 1);
  const values = new Float32Array(pairs.values.length);
  let size = 0;
  for (let item = 0; item < nItems; item++) {
    const first = size;
    const followers = pairs.values.subarray(pairs.offsets[item]!, pairs.offsets[item + 1]!).sort();
    for (let k = 0; k < followers.length; k++) {
      const follower = followers[k]!;
      // Written where it was read, or before it: there are no more distinct followers than followers.
      if (size === first || pairs.values[size - 1] !== follower) pairs.values[size++] = follower;
      values[size - 1]!++;
    }
    offsets[item + 1] = size;
  }
  return {
    rows: nItems,
    columns: nItems,
    offsets,
    indices: pairs.values.slice(0, size),
    values: values.slice(0, size),
  };
}

/** What follows each item, once for every time. */
function pairsOf(prefixes: Split["prefixes"], nItems: number): FlatLists {
  const offsets = new Int32Array(nItems + 1);
  for (const prefix of prefixes) for (let at = 1; at < prefix.length; at++) offsets[prefix[at - 1]! + 1]!++;
  for (let item = 0; item < nItems; item++) offsets[item + 1]! += offsets[item]!;
  const next = offsets.slice(0, nItems);
  const values = new Int32Array(offsets[nItems]!);
  for (const prefix of prefixes) {
    for (let at = 1; at < prefix.length; at++) values[next[prefix[at - 1]!]!++] = prefix[at]!;
  }
  return { offsets, values };
}
