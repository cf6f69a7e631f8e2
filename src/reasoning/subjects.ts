// Who the chains are about. Users are shown by a seeded subset of their training items (paper, section 3.2.1; size and
// seed are ours; docs/isrf.md, A12): held-out items would put the answer into the text.
import { Random } from "../base/random.ts";
import type { Dataset, Split } from "../data/index.ts";
import type { ItemSubject, UserSubject } from "./reasoner.ts";

/** Items of a user that a chain sees, at most. */
export const HISTORY_LIMIT_ITEMS = 10;

export function itemSubject(dataset: Pick<Dataset, "items">, index: number): ItemSubject {
  const item = dataset.items[index]!;
  return { kind: "item", id: item.itemId, index, item };
}

/** @param features the items' FEATURE texts by item index; `undefined` where the item's chain has none. */
export function userSubject(
  dataset: Pick<Dataset, "items" | "users">,
  split: Pick<Split, "prefixes">,
  features: readonly (string | undefined)[],
  index: number,
  seed: number,
): UserSubject {
  const id = dataset.users[index]!;
  const history = historySubset(split.prefixes[index]!, id, seed).map((itemIndex) => {
    const item = dataset.items[itemIndex]!;
    const feature = features[itemIndex];
    return feature === undefined ? { itemIndex, item } : { itemIndex, item, feature };
  });
  return { kind: "user", id, index, history };
}

/** At most `HISTORY_LIMIT_ITEMS` of a training sequence, drawn without replacement by seed and user, oldest first. */
export function historySubset(train: Int32Array, userId: string, seed: number): number[] {
  if (train.length <= HISTORY_LIMIT_ITEMS) return [...train];
  const positions = Random.of(seed, `history/${userId}`).shuffle([...train.keys()]);
  return positions
    .slice(0, HISTORY_LIMIT_ITEMS)
    .sort((a, b) => a - b)
    .map((position) => train[position]!);
}
