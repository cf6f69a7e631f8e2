// Items found by words: every word must stand in the title, the brand, a category or the id.
import type { Item } from "../data/index.ts";
import { textOf } from "./cards.ts";

export interface ItemSearch {
  readonly query: string;
  readonly brand?: string | undefined;
  readonly category?: string | undefined;
}

/**
 * Indices of the items that fit, best first: the id itself, then titles that begin with the query, then those where
 * the words begin words, then the rest; within these the order of the catalogue.
 */
export function searchItems(items: readonly Item[], { query, brand, category }: ItemSearch): number[] {
  const wanted = folded(query);
  const words = wanted.split(/\s+/).filter((word) => word !== "");
  const found: { readonly item: number; readonly place: number }[] = [];
  for (const [item, one] of items.entries()) {
    if (brand !== undefined && folded(one.brand ?? "") !== folded(brand)) continue;
    if (category !== undefined && !one.categories?.some((name) => folded(name) === folded(category))) continue;
    const place = placeOf(one, wanted, words);
    if (place !== undefined) found.push({ item, place });
  }
  return found.sort((a, b) => a.place - b.place || a.item - b.item).map(({ item }) => item);
}

function placeOf(item: Item, wanted: string, words: readonly string[]): number | undefined {
  const id = folded(item.itemId);
  if (id === wanted) return 0;
  const text = ` ${folded(textOf(item))}`;
  if (!words.every((word) => text.includes(word) || id.includes(word))) return undefined;
  if (text.startsWith(` ${wanted}`)) return 1;
  return words.every((word) => text.includes(` ${word}`)) ? 2 : 3;
}

/** Without case and accents. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
