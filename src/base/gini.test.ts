import { expect, test } from "vitest";
import { gini } from "./gini.ts";

test("is 0 for equal counts, (n - 1) / n where one has all, and 0 where there is nothing", () => {
  expect(gini([3, 3, 3, 3])).toBe(0);
  expect(gini(Int32Array.of(0, 0, 9, 0))).toBe(0.75);
  expect(gini([])).toBe(0);
  expect(gini(new Int32Array(3))).toBe(0);
});

test("is 1/4 for 1 and 3, in either order", () => {
  // (2 * 1 - 3) * 1 + (2 * 2 - 3) * 3 = 2 over 2 * 4.
  expect(gini([1, 3])).toBe(0.25);
  expect(gini([3, 1])).toBe(0.25);
});
