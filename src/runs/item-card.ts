// What people are shown of an item.
import { nearest, UsageError } from "../base/errors.ts";
import type { Dataset, Item } from "../data/index.ts";

export interface ItemCard {
  readonly itemId: string;
  readonly title: string;
  /** Such as "Outdoor > Camping". */
  readonly category?: string | undefined;
  readonly brand?: string | undefined;
  readonly price?: number | undefined;
}

/** An item without a title is called by its id. */
export function itemCard({ itemId, title, categories, brand, price }: Item): ItemCard {
  return {
    itemId,
    title: title ?? itemId,
    category: categories?.join(" > "),
    brand,
    price,
  };
}

/**
 * Item indices of external ids, without repeats. A word that is no id itself may hold several, separated by commas.
 * @throws UsageError for an unknown id, with the nearest known one.
 */
export function itemIndicesOf(dataset: Dataset, words: readonly string[]): Int32Array {
  const indices = new Map(dataset.items.map(({ itemId }, index) => [itemId, index]));
  const ids = words.flatMap((word) => (indices.has(word) ? [word] : word.split(",").map((id) => id.trim())));
  return Int32Array.from(
    new Set(
      ids.map((id) => {
        const index = indices.get(id);
        if (index !== undefined) return index;
        const near = nearest(id, [...indices.keys()]);
        const hint = near === undefined ? `a known one is ${dataset.items[0]!.itemId}` : `did you mean ${near}?`;
        throw new UsageError(`item ${id} is not in ${dataset.directory}; ${hint}`);
      }),
    ),
  );
}
