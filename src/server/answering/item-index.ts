import type { Item } from "../../data/index.ts";

const made = new WeakMap<readonly Item[], ReadonlyMap<string, number>>();

/** By itemId the index of each item; made once for a list that does not change. */
export function itemIndexOf(items: readonly Item[]): ReadonlyMap<string, number> {
  const known = made.get(items) ?? new Map(items.map(({ itemId }, index) => [itemId, index]));
  made.set(items, known);
  return known;
}
