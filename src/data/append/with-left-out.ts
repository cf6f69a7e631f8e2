// What the filters took away put back where it was.
import type { LeftOutPart } from "../left-out.ts";
import type { RawShop } from "../raw-shop.ts";

/** `kept` as it was before the filters; users and items that were left out come last. */
export function withLeftOut(kept: RawShop, part: LeftOutPart | undefined): RawShop {
  if (part === undefined || part.user.length === 0) return kept;
  const all = [...kept.items, ...part.items];
  const itemIndex = new Map(all.map(({ itemId }, index) => [itemId, index]));
  const items = Int32Array.from(part.itemIds, (itemId) => itemIndex.get(itemId)!);
  const known = new Set(kept.users);
  const users = [...kept.users, ...part.users.filter((user) => !known.has(user))];
  const lost = lostRows(part);
  const histories = users.map((user, row) => restored(kept, row, { part, items, ...(lost.get(user) ?? NO_ROWS) }));
  return {
    users,
    items: all,
    sequences: histories.map(({ sequence }) => sequence),
    timestamps: kept.timestamps && histories.map(({ times }) => times),
    ratings: kept.ratings && histories.map(({ ratings }) => ratings),
    userAttributes: factsOf(kept, users, part),
  };
}

function factsOf(kept: RawShop, users: readonly string[], { attributes }: LeftOutPart): RawShop["userAttributes"] {
  if (kept.userAttributes === undefined && attributes.size === 0) return undefined;
  return users.map((user, row) => kept.userAttributes?.[row] ?? attributes.get(user) ?? {});
}

/** From `start` to `end` among the rows of what was left out. */
interface Rows {
  readonly start: number;
  readonly end: number;
}

const NO_ROWS: Rows = { start: 0, end: 0 };

/** The rows of each user lie together. */
function lostRows({ users, user }: LeftOutPart): ReadonlyMap<string, Rows> {
  const rows = new Map<string, Rows>();
  let start = 0;
  while (start < user.length) {
    let end = start;
    while (end < user.length && user[end] === user[start]) end++;
    rows.set(users[user[start]!]!, { start, end });
    start = end;
  }
  return rows;
}

interface Lost extends Rows {
  readonly part: LeftOutPart;
  /** By place in the part's ids, the item's index. */
  readonly items: Int32Array;
}

/** One history: the lost interactions at their places, the kept ones in order at the others. */
function restored({ sequences, timestamps, ratings }: RawShop, row: number, { part, items, start, end }: Lost) {
  const sequence = sequences[row] ?? new Int32Array(0);
  const length = sequence.length + end - start;
  const whole = {
    sequence: new Int32Array(length),
    times: new Float64Array(length),
    ratings: new Float64Array(length),
  };
  let [lost, fromKept] = [start, 0];
  for (let place = 0; place < length; place++) {
    // Where a history was cut short, places reach beyond what is left of it.
    if (lost < end && (part.place[lost]! <= place || fromKept === sequence.length)) {
      whole.sequence[place] = items[part.item[lost]!]!;
      whole.times[place] = part.timestamp[lost]!;
      whole.ratings[place] = part.rating[lost]!;
      lost++;
    } else {
      whole.sequence[place] = sequence[fromKept]!;
      whole.times[place] = timestamps?.[row]?.[fromKept] ?? Number.NaN;
      whole.ratings[place] = ratings?.[row]?.[fromKept] ?? Number.NaN;
      fromKept++;
    }
  }
  return whole;
}
