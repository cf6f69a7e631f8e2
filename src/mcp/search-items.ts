// Items found by words: every word must stand in the title, the brand, a category or the id.
import { finderByWords, folded } from "../base/found-by-words.ts";
import type { Item } from "../data/index.ts";

export interface ItemSearch {
  readonly query: string;
  readonly brand?: string | undefined;
  readonly category?: string | undefined;
}

/** Indices of the items that fit, best first. */
export function searchItems(items: readonly Item[], { query, brand, category }: ItemSearch): number[] {
  const [ofBrand, ofCategory] = [brand && folded(brand), category && folded(category)];
  const records = items.map((item) => {
    if (ofBrand !== undefined && folded(item.brand ?? "") !== ofBrand) return undefined;
    if (ofCategory !== undefined && !item.categories?.some((name) => folded(name) === ofCategory)) return undefined;
    return { id: item.itemId, text: textOf(item) };
  });
  return finderByWords(records)(query);
}

function textOf({ title, brand, categories }: Item): string {
  return [title, brand, ...(categories ?? [])].filter((part) => part !== undefined).join(" ");
}
