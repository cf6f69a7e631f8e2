import { expect, it } from "vitest";
import type { Item } from "../../data/index.ts";
import { categoriesOf, isOfNewCategory } from "./categories.ts";

const item = (itemId: string, fields: Partial<Item> = {}): Item => ({
  itemId,
  title: itemId,
  sourceNumber: 0,
  ...fields,
});

it("takes an item of no category for none that the history lacks, and names no empty category", () => {
  const nameless = [item("1"), item("2", { categories: [""], brand: "" }), item("3", { categories: [] })];
  const known = categoriesOf([item("4", { categories: ["Car", "Headlights"] }), item("5", { brand: "Acme" })]);
  expect([...known]).toEqual(["Headlights", "Acme"]);
  expect([...categoriesOf(nameless)]).toEqual([]);
  for (const one of nameless) expect(isOfNewCategory(one, known)).toBe(false);
  expect(isOfNewCategory(item("6", { categories: ["Tyres"] }), known)).toBe(true);
  expect(isOfNewCategory(item("7", { categories: ["Headlights"] }), known)).toBe(false);
});
