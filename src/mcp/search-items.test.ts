import { expect, test } from "vitest";
import type { Item } from "../data/index.ts";
import { searchItems } from "./search-items.ts";

const items: readonly Item[] = [
  { itemId: "B2", title: "Decaf green tea", brand: "Opal", categories: ["Drinks", "Tea"], sourceNumber: 1 },
  { itemId: "B1", title: "Green tea", brand: "Pérle", categories: ["Drinks", "Tea"], sourceNumber: 2 },
  { itemId: "tea", title: "Mug", sourceNumber: 3 },
  { itemId: "B4", title: "Steam iron", sourceNumber: 4 },
];

test("puts the id first, then what begins so, then whole words, then parts of words", () => {
  expect(searchItems(items, { query: "TEA" })).toEqual([2, 0, 1, 3]);
  expect(searchItems(items, { query: "green tea" })).toEqual([1, 0]);
});

test("reads no case and no accents, and wants all words", () => {
  expect(searchItems(items, { query: "perle tea" })).toEqual([1]);
  expect(searchItems(items, { query: "green iron" })).toEqual([]);
});

test("keeps to a brand or a category, also without words", () => {
  expect(searchItems(items, { query: "", brand: "opal" })).toEqual([0]);
  expect(searchItems(items, { query: "", category: "tea" })).toEqual([0, 1]);
});
