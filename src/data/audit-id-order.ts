// The id-order canary measured (docs/protocols.md, L2 and L3): what a rule that learns nothing finds under a numbering.
import type { Split, SplitName } from "./dataset.ts";
import { idRuleList } from "./id-rule.ts";
import { NO_ITEM } from "./split.ts";

export interface IdRuleHits {
  readonly users: number;
  readonly hitRate1: number;
  readonly hitRate5: number;
  readonly hitRate10: number;
  readonly ndcg5: number;
  readonly ndcg10: number;
  /** HR@10 of ten random unseen items. */
  readonly chance10: number;
}

/**
 * How often the id rule finds the held-out item of `target` from everything before it, with items under `numbers` (by
 * itemIndex, distinct, from 0 or 1).
 */
export function idRuleHits(split: Split, numbers: Int32Array, target: SplitName = "test"): IdRuleHits {
  const end = numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
  const sums = { hitRate1: 0, hitRate5: 0, hitRate10: 0, ndcg5: 0, ndcg10: 0, chance10: 0 };
  let users = 0;
  split.prefixes.forEach((prefix, user) => {
    if (split[target][user] === NO_ITEM) return;
    users++;
    const known = target === "test" ? [...prefix, split.valid[user]!] : [...prefix];
    const history = Int32Array.from(known, (item) => numbers[item]!);
    const rank = idRuleList(history, end, 10).indexOf(numbers[split[target][user]!]!) + 1;
    const gain = rank === 0 ? 0 : 1 / Math.log2(rank + 1);
    if (rank === 1) sums.hitRate1++;
    if (rank > 0 && rank <= 5) {
      sums.hitRate5++;
      sums.ndcg5 += gain;
    }
    if (rank > 0) sums.hitRate10++;
    sums.ndcg10 += gain;
    sums.chance10 += Math.min(1, 10 / (split.nItems - history.length));
  });
  const means = Object.fromEntries(
    Object.entries(sums).map(([name, sum]) => [name, sum / Math.max(1, users)]),
  ) as typeof sums;
  return { users, ...means };
}

/**
 * Items scanned user by user, oldest first: how often a number above all earlier ones is exactly one above them.
 * Always, where numbers were given by first appearance over whole sequences.
 */
export function newMaxima(
  sequences: readonly Int32Array[],
  numbers: Int32Array,
): { readonly total: number; readonly consecutive: number } {
  let most = 0;
  let total = 0;
  let consecutive = 0;
  for (const sequence of sequences) {
    for (const item of sequence) {
      const number = numbers[item]!;
      if (number <= most) continue;
      total++;
      if (number === most + 1) consecutive++;
      most = number;
    }
  }
  return { total, consecutive };
}
