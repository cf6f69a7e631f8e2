// Which similar users speak for a recommendation: those of the model's own user graph who have the item in training, or
// one of the items whose texts are nearest to it.
import type { Matrix } from "../../base/matrix.ts";
import type { Dataset, Split } from "../../data/index.ts";
import type { UserTexts } from "../../reasoning/index.ts";
import { itemCard } from "../../runs/item-card.ts";
import type { ExplainedItem, GroupSupport } from "./explanation.ts";
import type { SharedFeatures } from "./features.ts";
import { type Neighbour, nearestRows } from "./nearest-rows.ts";

/** Users named for a recommendation, at most. */
const LIMIT = 3;
/** Items that count as alike: the nearest by text. */
export const ALIKE_ITEMS = 5;

export interface GroupContext {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly features: SharedFeatures;
  /** Of the user and the neighbours, where texts were reasoned. */
  readonly texts: UserTexts | undefined;
  readonly itemVectors: Matrix;
  readonly userIndex: number;
  /** The user's row of the graph (eq. 6), most similar first. */
  readonly neighbours: readonly Neighbour[];
}

export interface GroupEvidence {
  readonly group: ExplainedItem["group"];
  readonly support: GroupSupport;
}

/** Those who have the item itself first, each set most similar first. */
export function groupEvidence(
  { dataset, split, features, texts, itemVectors, userIndex, neighbours }: GroupContext,
  item: number,
): GroupEvidence {
  const alike = new Set(nearestRows(itemVectors, item, ALIKE_ITEMS).map(({ index }) => index));
  const supporters = neighbours.flatMap(({ index, cosine }) => {
    const train = split.prefixes[index]!;
    const hasItem = train.includes(item);
    const bought = hasItem ? [item] : [...train].filter((own) => alike.has(own));
    return bought.length === 0 ? [] : [{ index, cosine, hasItem, bought }];
  });
  const ordered = [...supporters.filter(({ hasItem }) => hasItem), ...supporters.filter(({ hasItem }) => !hasItem)];
  const holders = split.prefixes.filter((train) => train.includes(item)).length;
  return {
    group: ordered.slice(0, LIMIT).map(({ index, cosine, bought }) => ({
      userId: dataset.users[index]!,
      similarity: cosine,
      shares: features.ofUsers(userIndex, index, texts),
      bought: bought.map((own) => itemCard(dataset.items[own]!)),
    })),
    support: {
      neighbours: neighbours.length,
      bought: supporters.filter(({ hasItem }) => hasItem).length,
      boughtAlike: supporters.filter(({ hasItem }) => !hasItem).length,
      shareOfAll: holders / split.nUsers,
    },
  };
}
