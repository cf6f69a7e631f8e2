// k-core and minimum length on a RawShop, and the compaction after it.
import type { RawShop } from "./raw-shop.ts";

export interface FilterOptions {
  /** Every item and every user keeps at least this many interactions; 0 or 1 switches it off. */
  readonly kCore: number;
  /** Every user keeps at least this many interactions. */
  readonly minLength: number;
  /** All items stay, those too that few or nobody has: only users are filtered. */
  readonly keepUnsold?: boolean | undefined;
}

/**
 * Remove users and items until all have enough interactions; the order of users and items stays.
 * Published negatives survive only when no item was removed (their lists would have holes).
 */
export function filterShop(shop: RawShop, options: FilterOptions): RawShop {
  const { keptUsers, keptItems } = kCore(shop, options);
  const noneRemoved = keptUsers.every(Boolean) && keptItems.every(Boolean);
  return noneRemoved ? shop : compact(shop, keptUsers, keptItems);
}

interface Kept {
  readonly keptUsers: readonly boolean[];
  readonly keptItems: readonly boolean[];
}

function kCore(shop: RawShop, { kCore: k, minLength, keepUnsold = false }: FilterOptions): Kept {
  const keptUsers: boolean[] = shop.users.map(() => true);
  const keptItems: boolean[] = shop.items.map(() => true);
  const atLeast = Math.max(k, minLength, 1);
  for (let changed = true; changed; ) {
    changed = false;
    const counts = new Int32Array(shop.items.length);
    shop.sequences.forEach((sequence, user) => {
      if (!keptUsers[user]) return;
      const left = sequence.filter((item) => keptItems[item]);
      if (left.length < atLeast) {
        keptUsers[user] = false;
        changed = true;
      } else for (const item of left) counts[item]!++;
    });
    counts.forEach((count, item) => {
      if (!keptItems[item] || count >= Math.max(k, 1) || keepUnsold) return;
      keptItems[item] = false;
      changed = true;
    });
  }
  return { keptUsers, keptItems };
}

function compact(shop: RawShop, keptUsers: readonly boolean[], keptItems: readonly boolean[]): RawShop {
  const newItem = new Int32Array(shop.items.length).fill(-1);
  let next = 0;
  keptItems.forEach((kept, item) => {
    if (kept) newItem[item] = next++;
  });
  const ofUsers = <T>(list: readonly T[]): T[] => list.filter((_, user) => keptUsers[user]);
  const beside = (lists: readonly Float64Array[]): Float64Array[] =>
    ofUsers(lists.map((list, user) => list.filter((_, k) => keptItems[shop.sequences[user]![k]!])));
  const itemsRemain = keptItems.every(Boolean);
  return {
    users: ofUsers(shop.users),
    items: shop.items.filter((_, item) => keptItems[item]),
    sequences: ofUsers(
      shop.sequences.map((sequence) => sequence.filter((item) => keptItems[item]).map((item) => newItem[item]!)),
    ),
    timestamps: shop.timestamps && beside(shop.timestamps),
    ratings: shop.ratings && beside(shop.ratings),
    negatives: shop.negatives !== undefined && itemsRemain ? ofUsers(shop.negatives) : undefined,
    userAttributes: shop.userAttributes && ofUsers(shop.userAttributes),
  };
}
