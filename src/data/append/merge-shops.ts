// A shop and what has happened in it since, as one shop.
import type { Item } from "../dataset.ts";
import type { RawShop } from "../raw-shop.ts";

/** What the later part added, before filters. */
export interface Added {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Pairs of user and item that were there already: the first one counts. */
  readonly repeats: number;
  /** Known items whose catalogue entry says something else now. */
  readonly changedItems: number;
}

export interface MergedShop {
  readonly shop: RawShop;
  readonly added: Added;
}

/**
 * Users and items of `before` keep their places. A later catalogue entry replaces the fields that it has. Histories are
 * sorted by time where both parts have times; else what is later in coming is later.
 */
export function mergeShops(before: RawShop, later: RawShop): MergedShop {
  const users = union(before.users, later.users);
  const itemIds = union(
    before.items.map(({ itemId }) => itemId),
    later.items.map(({ itemId }) => itemId),
  );
  const { items, changedItems } = mergedItems(before.items, later.items, itemIds);
  const isTimed = before.timestamps !== undefined && later.timestamps !== undefined;
  const isRated = before.ratings !== undefined || later.ratings !== undefined;
  const toNew = later.items.map(({ itemId }) => itemIds.index.get(itemId)!);
  const laterRow = new Map(later.users.map((user, row) => [user, row]));
  let [interactions, repeats] = [0, 0];
  const histories = users.all.map((user, row) => {
    const old = row < before.users.length ? entriesOf(before, row) : [];
    const owned = new Set(old.map(({ item }) => item));
    const from = laterRow.get(user);
    const all =
      from === undefined ? [] : entriesOf(later, from).map((entry) => ({ ...entry, item: toNew[entry.item]! }));
    const news = all.filter(({ item }) => !owned.has(item));
    interactions += news.length;
    repeats += all.length - news.length;
    const whole = [...old, ...news];
    // Array.prototype.sort is stable: equal times stay in the order of coming.
    return isTimed ? whole.sort((a, b) => a.time - b.time) : whole;
  });
  const shop: RawShop = {
    users: users.all,
    items,
    sequences: histories.map((history) => Int32Array.from(history, ({ item }) => item)),
    timestamps: isTimed ? histories.map((history) => Float64Array.from(history, ({ time }) => time)) : undefined,
    ratings: isRated ? histories.map((history) => Float64Array.from(history, ({ rating }) => rating)) : undefined,
    userAttributes: mergedAttributes(before, later, users.all, laterRow),
  };
  const added = {
    users: users.all.length - before.users.length,
    items: items.length - before.items.length,
    interactions,
    repeats,
    changedItems,
  };
  return { shop, added };
}

interface Entry {
  readonly item: number;
  /** NaN where there is none. */
  readonly time: number;
  readonly rating: number;
}

function entriesOf({ sequences, timestamps, ratings }: RawShop, row: number): Entry[] {
  return Array.from(sequences[row]!, (item, position) => ({
    item,
    time: timestamps?.[row]?.[position] ?? Number.NaN,
    rating: ratings?.[row]?.[position] ?? Number.NaN,
  }));
}

interface Union {
  readonly all: readonly string[];
  readonly index: ReadonlyMap<string, number>;
}

function union(first: readonly string[], second: readonly string[]): Union {
  const index = new Map(first.map((id, place) => [id, place]));
  for (const id of second) if (!index.has(id)) index.set(id, index.size);
  return { all: [...index.keys()], index };
}

function mergedItems(
  before: readonly Item[],
  later: readonly Item[],
  ids: Union,
): { readonly items: readonly Item[]; readonly changedItems: number } {
  const items: Item[] = [...before];
  let changedItems = 0;
  for (const item of later) {
    const place = ids.index.get(item.itemId)!;
    const known = items[place];
    const fields = Object.fromEntries(
      Object.entries(item).filter(([key, value]) => key !== "sourceNumber" && value !== undefined),
    );
    items[place] = { ...(known ?? item), ...fields };
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(items[place])) changedItems++;
  }
  return { items, changedItems };
}

function mergedAttributes(
  before: RawShop,
  later: RawShop,
  users: readonly string[],
  laterRow: ReadonlyMap<string, number>,
): RawShop["userAttributes"] {
  if (before.userAttributes === undefined && later.userAttributes === undefined) return undefined;
  return users.map((user, row) => {
    const from = laterRow.get(user);
    return {
      ...before.userAttributes?.[row],
      ...(from === undefined ? undefined : later.userAttributes?.[from]),
    };
  });
}
