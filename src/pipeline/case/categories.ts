import type { Item } from "../../data/index.ts";

/** The narrowest category of an item, such as "Headlights"; its brand where it has none. */
export function categoryOf({ categories, brand }: Item): string {
  return categories?.at(-1) ?? brand ?? "";
}
