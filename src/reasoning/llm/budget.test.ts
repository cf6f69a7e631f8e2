import { expect, it } from "vitest";
import { Budget, BudgetReached } from "./budget.ts";

it("calls under way count against a budget at their worst until they are settled", () => {
  const budget = new Budget({ tokens: 100 }, { input: 0, output: 0 });
  const settle = budget.reserve(10, 50);
  expect(() => budget.reserve(10, 50)).toThrow(BudgetReached);
  settle(10, 5);
  budget.reserve(10, 50)(10, 40);
  expect(() => budget.reserve(10, 50)).toThrow(/budget of 100 tokens/);
});
