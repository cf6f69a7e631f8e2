import { expect, it } from "vitest";
import { Budget, BudgetReached, costOf } from "./budget.ts";

it("calls under way count against a budget at their worst until they are settled", () => {
  const budget = new Budget({ tokens: 100 }, { input: 0, output: 0 });
  const settle = budget.reserve(10, 50);
  expect(() => budget.reserve(10, 50)).toThrow(BudgetReached);
  settle({ promptTokens: 10, completionTokens: 5 });
  budget.reserve(10, 50)({ promptTokens: 10, completionTokens: 40 });
  expect(() => budget.reserve(10, 50)).toThrow(/budget of 100 tokens/);
});

it("tokens from the server's cache cost what prompt tokens do, unless they have a price of their own", () => {
  const used = { promptTokens: 1_000_000, cachedTokens: 600_000, completionTokens: 500_000 };
  expect(costOf(used, { input: 2, output: 10 })).toBe(2 + 5);
  expect(costOf(used, { input: 2, output: 10, cached: 0.5 })).toBeCloseTo(0.4 * 2 + 0.6 * 0.5 + 5);
  expect(costOf(used, { input: 2, output: 10, cached: 0 })).toBeCloseTo(0.8 + 5);
});

it("what a call took of the cache is settled at its price", () => {
  const budget = new Budget({ cost: 1 }, { input: 1, output: 0, cached: 0.1 });
  budget.reserve(900_000, 0)({ promptTokens: 900_000, cachedTokens: 900_000, completionTokens: 0 });
  expect(() => budget.reserve(900_000, 0)).not.toThrow();
  expect(() => budget.reserve(900_000, 0)).toThrow(/budget of 1 cost/);
});
