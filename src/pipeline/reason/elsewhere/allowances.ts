// One budget over all workers: what is left of it is shared out to shards before they are given out. What a shard does
// not spend is shared out again.
import type { BudgetLimits } from "../../../reasoning/index.ts";
import type { Allowance } from "./messages.ts";

export interface Spent {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number;
}

/** What is left of a budget; never less than nothing. */
export function remaining({ calls, tokens, cost }: BudgetLimits, spent: Spent): BudgetLimits {
  const less = (limit: number | undefined, used: number) =>
    limit === undefined ? undefined : Math.max(0, limit - used);
  return { calls: less(calls, spent.calls), tokens: less(tokens, spent.tokens), cost: less(cost, spent.cost) };
}

/**
 * Shares by `weights` (open subjects of each shard), whose sum is the budget; undefined for a shard that would get no
 * call.
 */
export function allowances(budget: BudgetLimits, weights: readonly number[]): (Allowance | undefined)[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const { calls, tokens, cost } = budget;
  let before = 0;
  return weights.map((weight) => {
    const part = (limit: number, of: number) => (limit * of) / total;
    const own = {
      // Whole calls, whose sum is the budget.
      calls: calls && Math.floor(part(calls, before + weight)) - Math.floor(part(calls, before)),
      tokens: tokens && Math.floor(part(tokens, weight)),
      cost: cost && part(cost, weight),
    };
    before += weight;
    return Object.values(own).some((limit) => limit !== undefined && limit <= 0) ? undefined : own;
  });
}
