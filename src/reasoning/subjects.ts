// Who the chains are about. Users are shown by a seeded subset of their training items (paper, section 4.2; size and
// seed are ours; docs/isrf.md, A12): held-out items put the answer into the text, and are there only where somebody
// asks for full histories, as the paper's public code takes them.
import { Random } from "../base/random.ts";
import type { Dataset, Split } from "../data/index.ts";
import type { ItemSubject, UserSubject } from "./reasoner.ts";
import { HISTORY_ITEMS, type HistoryPart, type HistorySource } from "./settings.ts";

/** Which items stand for a history. */
export interface HistoryChoice {
  readonly seed: number;
  /** At most so many. Default: `HISTORY_ITEMS`. */
  readonly historyItems?: number | undefined;
  /** Default: the training prefix. */
  readonly historySource?: HistorySource | undefined;
  /** Default: drawn at random. */
  readonly historyPart?: HistoryPart | undefined;
}

/** Where histories are found. */
type Histories = Pick<Dataset, "users" | "sequences">;

export function itemSubject(dataset: Pick<Dataset, "items">, index: number): ItemSubject {
  const item = dataset.items[index]!;
  return { kind: "item", id: item.itemId, index, item };
}

/** @param features the items' FEATURE texts by item index; `undefined` where the item's chain has none. */
export function userSubject(
  dataset: Pick<Dataset, "items"> & Histories,
  split: Pick<Split, "prefixes">,
  features: readonly (string | undefined)[],
  index: number,
  choice: HistoryChoice,
): UserSubject {
  const id = dataset.users[index]!;
  const history = historyOf(dataset, split, index, choice).map((itemIndex) => {
    const item = dataset.items[itemIndex]!;
    const feature = features[itemIndex];
    return feature === undefined ? { itemIndex, item } : { itemIndex, item, feature };
  });
  return { kind: "user", id, index, history };
}

/** The items that stand for a user, oldest first. */
export function historyOf(
  { users, sequences }: Histories,
  { prefixes }: Pick<Split, "prefixes">,
  index: number,
  choice: HistoryChoice,
): number[] {
  return historySubset(choice.historySource === "full" ? sequences[index]! : prefixes[index]!, users[index]!, choice);
}

/** Some of a sequence: its last items, or some drawn without replacement by seed and user, oldest first. */
export function historySubset(
  train: Int32Array,
  userId: string,
  { seed, historyItems = HISTORY_ITEMS, historyPart = "random" }: HistoryChoice,
): number[] {
  if (train.length <= historyItems) return [...train];
  if (historyPart === "last") return [...train.subarray(train.length - historyItems)];
  const positions = Random.of(seed, `history/${userId}`).shuffle([...train.keys()]);
  return positions
    .slice(0, historyItems)
    .sort((a, b) => a - b)
    .map((position) => train[position]!);
}
