// Items that training never saw have no place in a softmax over the catalogue: every step would push what their texts
// say away from all histories.
import type { TrainingLists } from "../../data/index.ts";
import { HIDDEN, type Tensor, type Trace } from "../../engine/index.ts";

/** 1 for items of some training prefix. [nItems] */
export function seenItems(prefixes: TrainingLists, nItems: number): Float32Array {
  const seen = new Float32Array(nItems);
  for (const prefix of prefixes) for (const item of prefix) seen[item] = 1;
  return seen;
}

/** Hides those that are not `seen`, as a bias [nItems]; undefined where all were. */
export function hidingUnseen(t: Trace, seen: Float32Array): Tensor | undefined {
  if (seen.every((isSeen) => isSeen === 1)) return undefined;
  const bias = seen.map((isSeen) => (isSeen === 1 ? 0 : HIDDEN));
  return t.constant("hidden", bias, [seen.length]);
}
