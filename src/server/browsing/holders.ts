// Who has an item by the data: found for all items at once, so that no page goes through all histories.
import type { FlatLists } from "../../base/flat-lists.ts";
import { inTurns } from "../../base/in-turns.ts";

/** Histories that are read in one go, between answers. */
const USERS = 5000;
const made = new WeakMap<readonly Int32Array[], Promise<FlatLists>>();

/**
 * User indices, ascending, of those whose history holds `item`; made when first asked, and kept with `histories`, whose
 * items are below `nItems`.
 */
export async function holdersOf(histories: readonly Int32Array[], item: number, nItems: number): Promise<Int32Array> {
  const known = made.get(histories) ?? holdersByItem(histories, nItems);
  made.set(histories, known);
  const { offsets, values } = await known;
  // Items that were added later are in no history.
  return item + 1 < offsets.length ? values.subarray(offsets[item], offsets[item + 1]) : new Int32Array(0);
}

async function holdersByItem(histories: readonly Int32Array[], nItems: number): Promise<FlatLists> {
  const offsets = new Int32Array(nItems + 1);
  await eachHeld(histories, nItems, (item) => offsets[item + 1]!++);
  for (let item = 0; item < nItems; item++) offsets[item + 1]! += offsets[item]!;
  const values = new Int32Array(offsets[nItems]!);
  const next = offsets.slice(0, nItems);
  await eachHeld(histories, nItems, (item, user) => {
    values[next[item]!++] = user;
  });
  return { offsets, values };
}

/** Each user's items, each once, users in order. */
async function eachHeld(
  histories: readonly Int32Array[],
  nItems: number,
  tell: (item: number, user: number) => void,
): Promise<void> {
  const last = new Int32Array(nItems).fill(-1);
  await inTurns(histories.length, USERS, (user) => {
    for (const item of histories[user]!) {
      if (last[item] === user) continue;
      last[item] = user;
      tell(item, user);
    }
  });
}
