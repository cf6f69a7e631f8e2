import type { Item } from "../../data/index.ts";

/** The narrowest category of an item, such as "Headlights"; its brand where it has none; undefined without either. */
export function categoryOf({ categories, brand }: Item): string | undefined {
  return categories?.at(-1) || brand || undefined;
}

/** The categories of some items, each once, in their order. */
export function categoriesOf(items: readonly Item[]): ReadonlySet<string> {
  return new Set(items.flatMap((item) => categoryOf(item) ?? []));
}

/** Of a category that is none of `known`; an item of no category is not. */
export function isOfNewCategory(item: Item, known: ReadonlySet<string>): boolean {
  const category = categoryOf(item);
  return category !== undefined && !known.has(category);
}
