// A shop and what has happened in it since, as one shop.
import type { Item } from "../dataset.ts";
import type { RawShop, TakenBack } from "../raw-shop.ts";

/** What the later part added, before filters. */
export interface Added {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** Pairs of user and item that were there already. */
  readonly repeats: number;
  /** Those of them that are at another time now. */
  readonly moved: number;
  /** Pairs that were there and are no liking any more: their last word is none, or more was given back than bought. */
  readonly takenBack: number;
  /** Those of which more was given back than bought since, whatever was bought before. */
  readonly returned: number;
  /** Known items whose catalogue entry says something else now. */
  readonly changedItems: number;
}

/** How what is known of a pair meets what the later part says of it. */
export interface MergeRules {
  /** Pairs that the later part read and does not keep. */
  readonly takenBack?: readonly TakenBack[] | undefined;
  /** Does the last one of a pair's repeats count? Default: the first one. */
  readonly lastCounts?: boolean | undefined;
  /** Are ratings sums of what a pair's rows weigh? */
  readonly areSums?: boolean | undefined;
}

export interface MergedShop {
  readonly shop: RawShop;
  readonly added: Added;
}

/**
 * Users and items of `before` keep their places. A later catalogue entry replaces the fields that it has. Histories are
 * sorted by time where both parts have times; else what is later in coming is later. A pair that both parts have is
 * kept once, as one reading of both would.
 */
export function mergeShops(before: RawShop, later: RawShop, rules: MergeRules = {}): MergedShop {
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
  const withdrawn = byUser(rules.takenBack ?? [], itemIds);
  let [interactions, repeats, moved, takenBack, returned] = [0, 0, 0, 0, 0];
  // Typed arrays at once: an object for every interaction of a shop is more than the heap holds.
  const histories = users.all.map((user, row): Columns => {
    const history = new Map(
      row < before.users.length ? entriesOf(before, row).map((entry) => [entry.item, entry]) : [],
    );
    for (const pair of withdrawn.get(user) ?? []) {
      const known = history.get(pair.item);
      if (known === undefined) continue;
      const left = afterwards(known, pair, rules);
      if (left === undefined) takenBack++;
      if (left === undefined && !pair.isWithdrawn && rules.areSums !== true) returned++;
      replace(history, known, left);
    }
    const from = laterRow.get(user);
    const all =
      from === undefined ? [] : entriesOf(later, from).map((entry) => ({ ...entry, item: toNew[entry.item]! }));
    for (const entry of all) {
      const known = history.get(entry.item);
      if (known === undefined) interactions++;
      else repeats++;
      const one = known === undefined ? entry : together(known, entry, rules);
      if (known !== undefined && one.time !== known.time && isTimed) moved++;
      replace(history, known ?? entry, one, rules.lastCounts);
    }
    const whole = [...history.values()];
    // Array.prototype.sort is stable: equal times stay in the order of coming.
    if (isTimed) whole.sort((a, b) => a.time - b.time);
    return {
      sequence: Int32Array.from(whole, ({ item }) => item),
      times: isTimed ? Float64Array.from(whole, ({ time }) => time) : NONE,
      ratings: isRated ? Float64Array.from(whole, ({ rating }) => rating) : NONE,
    };
  });
  const shop: RawShop = {
    users: users.all,
    items,
    sequences: histories.map(({ sequence }) => sequence),
    timestamps: isTimed ? histories.map(({ times }) => times) : undefined,
    ratings: isRated ? histories.map(({ ratings }) => ratings) : undefined,
    userAttributes: mergedAttributes(before, later, users.all, laterRow),
  };
  const added = {
    users: users.all.length - before.users.length,
    items: items.length - before.items.length,
    interactions,
    repeats,
    moved,
    takenBack,
    returned,
    changedItems,
  };
  return { shop, added };
}

/** `known` after more of its pair was read that is no liking; undefined where nothing is left of it. */
function afterwards(known: Entry, pair: Withdrawn, { areSums }: MergeRules): Entry | undefined {
  // Without times, what is later in coming is later.
  if (pair.isWithdrawn) return pair.time < known.time ? known : undefined;
  if (areSums !== true) return pair.weight < 0 ? undefined : known;
  const rating = known.rating + pair.weight;
  return rating > 0 ? { ...known, rating } : undefined;
}

/** One pair, of which both parts have a liking. */
function together(known: Entry, entry: Entry, { lastCounts, areSums }: MergeRules): Entry {
  // Times that are not known are none that is earlier: what comes later is later.
  const isEarlier = entry.time < known.time;
  const one = isEarlier === (lastCounts === true) ? known : entry;
  return areSums === true ? { ...one, rating: known.rating + entry.rating } : one;
}

/** Where the last one counts, it stands last as well: without times, places are all there is. */
function replace(history: Map<number, Entry>, known: Entry, now: Entry | undefined, isLast = false): void {
  if (now === undefined || isLast) history.delete(known.item);
  if (now !== undefined) history.set(now.item, now);
}

interface Withdrawn extends TakenBack {
  readonly item: number;
}

function byUser(pairs: readonly TakenBack[], { index }: Union): ReadonlyMap<string, Withdrawn[]> {
  const groups = new Map<string, Withdrawn[]>();
  for (const pair of pairs) {
    const item = index.get(pair.itemId);
    if (item === undefined) continue;
    const group = groups.get(pair.userId) ?? [];
    group.push({ ...pair, item });
    groups.set(pair.userId, group);
  }
  return groups;
}

interface Entry {
  readonly item: number;
  /** NaN where there is none. */
  readonly time: number;
  readonly rating: number;
}

/** One history. */
interface Columns {
  readonly sequence: Int32Array;
  readonly times: Float64Array;
  readonly ratings: Float64Array;
}

/** For all histories of a shop without them. */
const NONE = new Float64Array(0);

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
