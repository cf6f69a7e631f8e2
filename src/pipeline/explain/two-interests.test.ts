import { expect, test } from "vitest";
import { matrix } from "../../base/matrix.ts";
import type { Item } from "../../data/index.ts";
import { twoInterests } from "./two-interests.ts";

const item = (itemId: string, ...categories: string[]): Item => ({ itemId, sourceNumber: 1, categories });

test("affinity is the mean cosine with a category's items, the largest scaled to 1 and nothing below 0", () => {
  const found = twoInterests({
    items: [item("a", "Shop", "Tea"), item("b", "Shop", "Tea"), item("c", "Shop", "Shoes")],
    // Tea: (1,0) and (0,1); shoes: (-1,0).
    itemInterests: matrix(3, 2, Float32Array.of(1, 0, 0, 1, -1, 0)),
    individual: Float32Array.of(2, 0),
    neighbours: [Float32Array.of(0, -1), Float32Array.of(-2, -1)],
  });
  // Individual: tea (1 + 0) / 2 = .5, shoes -1. Neighbours' mean (-1, -1): tea -.707, shoes .707, the largest of all.
  expect(found.categories).toEqual(["Shoes", "Tea"]);
  expect(found.individual[0]).toBe(0);
  expect(found.individual[1]).toBeCloseTo(0.5 / Math.SQRT1_2, 6);
  expect(found.group).toEqual([1, 0]);
});

test("categories are taken from the deepest level that has at most 40 names", () => {
  const items = Array.from({ length: 50 }, (_, i) => item(`${i}`, "Shop", `Topic ${i % 3}`, `Kind ${i}`));
  const { categories } = twoInterests({
    items,
    itemInterests: matrix(50, 1, new Float32Array(50).fill(1)),
    individual: Float32Array.of(1),
    neighbours: [Float32Array.of(1)],
  });
  expect([...categories].sort()).toEqual(["Topic 0", "Topic 1", "Topic 2"]);
});

test("who has no similar users to read has no group interest", () => {
  const { individual, group, note } = twoInterests({
    items: [item("a", "Tea"), item("b", "Shoes")],
    itemInterests: matrix(2, 2, Float32Array.of(1, 0, 0, 1)),
    individual: Float32Array.of(3, 4),
    neighbours: [],
  });
  expect(individual).toEqual([1, expect.closeTo(0.75)]);
  expect(group).toBeUndefined();
  expect(note).not.toContain("similar");
});

test("a catalogue may have more items than a call takes arguments", () => {
  const { categories } = twoInterests({
    items: new Array<Item>(200_000).fill(item("x", "Tea")),
    itemInterests: matrix(200_000, 1),
    individual: Float32Array.of(1),
    neighbours: [],
  });
  expect(categories).toEqual(["Tea"]);
});

test("items without categories stand under one name", () => {
  const { categories } = twoInterests({
    items: [{ itemId: "x", sourceNumber: 1 }],
    itemInterests: matrix(1, 1, Float32Array.of(1)),
    individual: Float32Array.of(1),
    neighbours: [],
  });
  expect(categories).toEqual(["no category"]);
});
