// What FDSA reads of the catalogue: brand and categories as numbers. Catalogue fields alone, nothing that is held out.
import type { Item } from "../../data/index.ts";
import type { ItemFacts } from "../id-models/id-model.ts";

/** Categories beyond these, widest first, are left out. */
const MOST_CATEGORIES = 8;

/**
 * Numbers by item, 0 = nothing: `brand` [nItems + 1, 1], `categories` [nItems + 1, up to 8]; the last row stands for
 * padding. Values are numbered by first appearance from 1.
 */
export function itemFacts(items: readonly Item[]): Readonly<Record<string, ItemFacts>> {
  return {
    brand: numbered(items.map(({ brand }) => (brand === undefined ? [] : [brand]))),
    categories: numbered(items.map(({ categories = [] }) => categories.slice(0, MOST_CATEGORIES))),
  };
}

function numbered(values: readonly (readonly string[])[]): ItemFacts {
  const columns = values.reduce((most, { length }) => Math.max(most, length), 1);
  const numbers = new Map<string, number>();
  const data = new Int32Array((values.length + 1) * columns);
  values.forEach((list, item) => {
    list.forEach((value, column) => {
      if (!numbers.has(value)) numbers.set(value, numbers.size + 1);
      data[item * columns + column] = numbers.get(value)!;
    });
  });
  return { shape: [values.length + 1, columns], data };
}

/** Rows that a table for these numbers needs. */
export function vocabulary({ data }: ItemFacts): number {
  return data.reduce((most, number) => Math.max(most, number), 0) + 1;
}
