// What people are shown of an item.
import type { Item } from "../data/index.ts";

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
