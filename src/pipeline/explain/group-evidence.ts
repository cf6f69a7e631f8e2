// Which similar users speak for a recommendation: those of the model's own user graph who have the item in training, or
// one of the items whose texts are nearest to it.
import { itemCard } from "../../runs/item-card.ts";
import type { ExplainedItem, GroupSupport } from "./explanation.ts";
import { nearestRows } from "./nearest-rows.ts";
import type { UserContext } from "./user-context.ts";

/** Users named for a recommendation, at most. */
const LIMIT = 3;
/** Items that count as alike: the nearest by text. */
export const ALIKE_ITEMS = 5;

export interface GroupEvidence {
  readonly group: ExplainedItem["group"];
  readonly support: GroupSupport;
}

/**
 * Those who have the item itself first, each set most similar first. A set that is no larger than among as many users
 * of all speaks for nothing.
 */
export function groupEvidence(
  { dataset, split, features, texts, itemVectors, userIndex, neighbours }: UserContext,
  item: number,
): GroupEvidence {
  const alike = new Set(nearestRows(itemVectors, item, ALIKE_ITEMS).map(({ index }) => index));
  const boughtBy = (user: number): Bought => {
    const train = split.prefixes[user]!;
    const hasItem = train.includes(item);
    return { hasItem, bought: hasItem ? [item] : [...train].filter((own) => alike.has(own)) };
  };
  const found = neighbours.map(({ index, cosine }) => ({ index, cosine, ...boughtBy(index) }));
  const [holders, likers] = [found.filter(isHolder), found.filter(isLiker)];
  const all = split.prefixes.map((_, user) => boughtBy(user));
  const shareOfAll = all.filter(isHolder).length / split.nUsers;
  const shareOfAllAlike = all.filter(isLiker).length / split.nUsers;
  const speaking = [
    ...(holders.length > neighbours.length * shareOfAll ? holders : []),
    ...(likers.length > neighbours.length * shareOfAllAlike ? likers : []),
  ];
  return {
    group: speaking.slice(0, LIMIT).map(({ index, cosine, bought }) => ({
      userId: dataset.users[index]!,
      similarity: cosine,
      shares: features.ofUsers(userIndex, index, texts),
      bought: bought.map((own) => itemCard(dataset.items[own]!)),
    })),
    support: {
      neighbours: neighbours.length,
      bought: holders.length,
      boughtAlike: likers.length,
      shareOfAll,
      shareOfAllAlike,
      isSupport: speaking.length > 0,
    },
  };
}

interface Bought {
  readonly hasItem: boolean;
  readonly bought: readonly number[];
}

const isHolder = ({ hasItem }: Bought): boolean => hasItem;
const isLiker = ({ hasItem, bought }: Bought): boolean => !hasItem && bought.length > 0;
