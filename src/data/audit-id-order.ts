import type { Dataset, Split } from "./dataset.ts";
import { idRuleList } from "./id-rule.ts";

export interface IdRuleHits {
  readonly users: number;
  readonly hitRate1: number;
  readonly hitRate5: number;
  readonly hitRate10: number;
  /** HR@10 of ten random unseen items. */
  readonly chance10: number;
}

/**
 * How often the id rule finds the test item from training prefix and validation item, under the product's numbers
 * (`index`) or those of the source file (`source`).
 */
export function idRuleHits(dataset: Dataset, split: Split, numbers: "index" | "source"): IdRuleHits {
  const numberOf = dataset.items.map((item, index) => (numbers === "index" ? index : item.sourceNumber));
  const end = numberOf.reduce((most, number) => Math.max(most, number), 0) + 1;
  const hits = { rank1: 0, rank5: 0, rank10: 0 };
  let chance = 0;
  dataset.sequences.forEach((sequence, user) => {
    const history = sequence.subarray(0, sequence.length - 1).map((item) => numberOf[item]!);
    const rank = idRuleList(history, end, 10).indexOf(numberOf[split.test[user]!]!);
    if (rank === 0) hits.rank1++;
    if (rank !== -1 && rank < 5) hits.rank5++;
    if (rank !== -1) hits.rank10++;
    chance += Math.min(1, 10 / (split.nItems - history.length));
  });
  const users = split.nUsers;
  return {
    users,
    hitRate1: hits.rank1 / users,
    hitRate5: hits.rank5 / users,
    hitRate10: hits.rank10 / users,
    chance10: chance / users,
  };
}
