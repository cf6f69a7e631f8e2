import { expect, it } from "vitest";
import { allowances, remaining } from "./allowances.ts";

it("shares a budget by open subjects, and gives away no call twice", () => {
  const shares = allowances({ calls: 10, cost: 3 }, [100, 100, 50]);
  expect(shares).toEqual([
    { calls: 4, cost: 1.2 },
    { calls: 4, cost: 1.2 },
    { calls: 2, cost: 0.6 },
  ]);
  const many = allowances({ calls: 3 }, [1, 1, 1, 1, 1, 1, 1]);
  expect(many.filter((share) => share !== undefined)).toEqual([{ calls: 1 }, { calls: 1 }, { calls: 1 }]);
});

it("limits nothing without a budget", () => {
  expect(allowances({}, [3, 4])).toEqual([{}, {}]);
});

it("leaves nothing of a budget that was overspent", () => {
  const spent = { calls: 12, tokens: 500, cost: 1 };
  expect(remaining({ calls: 10, tokens: 700 }, spent)).toEqual({ calls: 0, tokens: 200, cost: undefined });
  expect(allowances({ calls: 0 }, [5])).toEqual([undefined]);
});
