// Items of the export as the other pages show items.
import type { Item } from "../../../../src/browser/api.ts";
import type { ItemCard } from "../../../../src/client/index.ts";

export function cardOf({ id, title, brand, categories }: Item): ItemCard {
  // How often it was taken, and whether it was added later, no list here shows.
  return { id, title, brand, categories: [...categories], seen: 0, origin: "trained" };
}
