// The id-order canary as a recommender: a rule that never learns. Above chance, item numbers leak what comes next.
import { inversePermutation } from "../../base/permutations.ts";
import { idRuleList, type Split } from "../../data/index.ts";
import type { UntrainedDefinition } from "../definition.ts";
import type { RankedList, Recommender } from "../recommender.ts";

export const idRuleDefinition = {
  kind: "untrained",
  role: "canary",
  name: "id-rule",
  title: "Id rule (canary)",
  citation: "Guesses the numbers after the user's largest; scores only where item numbers leak.",
  tasks: ["sequential"],
  create: ({ split, itemOrder }) => idRule({ split, numbers: itemOrder }),
} as const satisfies UntrainedDefinition;

export interface IdRuleOptions {
  readonly split: Split;
  /** The number that a model is given for each itemIndex, a permutation of 0..nItems-1. Default: the itemIndex. */
  readonly numbers?: Int32Array | undefined;
}

/**
 * Lists the items numbered max(history) + 1, + 2, ... (docs/protocols.md, L2). Sequential only: it knows no candidates.
 */
export function idRule({ split, numbers }: IdRuleOptions): Recommender {
  const itemOf = numbers && inversePermutation(numbers);
  const list = (history: Int32Array, count: number): RankedList => {
    const found = idRuleList(numbers ? history.map((item) => numbers[item]!) : history, split.nItems, count);
    const items = itemOf ? found.map((number) => itemOf[number]!) : found;
    return { items, scores: Float32Array.from(items, (_, place) => -place) };
  };
  return {
    name: idRuleDefinition.name,
    tasks: idRuleDefinition.tasks,
    answersNewUsers: idRuleDefinition.tasks,
    async rankSequential(requests, count) {
      return requests.map(({ history }) => list(history, count));
    },
    async rankDirect(requests) {
      return requests.map(() => ({ items: new Int32Array(0), scores: new Float32Array(0) }));
    },
    async dispose() {},
  };
}
