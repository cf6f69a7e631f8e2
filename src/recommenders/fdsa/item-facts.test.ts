import { expect, test } from "vitest";
import type { Item } from "../../data/index.ts";
import { itemFacts, vocabulary } from "./item-facts.ts";

const item = (brand: string | undefined, ...categories: string[]): Item => ({
  itemId: "x",
  sourceNumber: 1,
  brand,
  categories,
});

test("values are numbered by first appearance; nothing, and the row of padding, are 0", () => {
  const { brand, categories } = itemFacts([item("Ito", "Tea", "Green"), item(undefined), item("Aki", "Green")]);
  expect(brand).toEqual({ shape: [4, 1], data: Int32Array.of(1, 0, 2, 0) });
  expect(categories).toEqual({ shape: [4, 2], data: Int32Array.of(1, 2, 0, 0, 2, 0, 0, 0) });
  expect(vocabulary(categories!)).toBe(3);
});

test("a catalogue may have more items than a call takes arguments", () => {
  const { categories } = itemFacts(new Array<Item>(200_000).fill(item("Ito", "Tea")));
  expect(categories!.shape).toEqual([200_001, 1]);
});
