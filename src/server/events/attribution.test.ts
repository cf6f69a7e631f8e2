import { expect, test } from "vitest";
import { attributionOf, differenceOf, rateOf } from "./attribution.ts";

// By hand: 10 of 100, z = 1.96: centre (0.1 + 0.019208) / 1.038416, half 1.96 sqrt(0.0009 + 0.00009604) / 1.038416.
test("a rate has Wilson's interval", () => {
  const { value, low, high } = rateOf(10, 100);
  expect(value).toBe(0.1);
  expect(low).toBeCloseTo(0.0552, 4);
  expect(high).toBeCloseTo(0.1744, 4);
  expect(rateOf(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  expect(rateOf(0, 10).low).toBe(0);
  expect(rateOf(10, 10).high).toBe(1);
});

// Newcombe (1998), Statistics in Medicine 17, table II, method 10: 56/70 - 48/80 = 0.2, from 0.0524 to 0.3339.
test("a difference has Newcombe's interval", () => {
  const { value, low, high } = differenceOf(rateOf(56, 70), rateOf(48, 80));
  expect(value).toBeCloseTo(0.2, 10);
  expect(low).toBeCloseTo(0.0524, 4);
  expect(high).toBeCloseTo(0.3339, 4);
});

test("groups are compared two by two", () => {
  const counts = (name: string, clicks: number) => ({ name, answers: 100, shown: 1000, clicks, purchases: 1 });
  const { groups, pairs } = attributionOf([counts("A", 20), counts("B", 10), counts("C", 10)]);
  expect(groups.map(({ clickRate }) => clickRate.value)).toEqual([0.2, 0.1, 0.1]);
  expect(pairs.map(({ a, b }) => a + b)).toEqual(["AB", "AC", "BC"]);
  expect(pairs[0]!.clickRate.value).toBeCloseTo(0.1, 10);
});
