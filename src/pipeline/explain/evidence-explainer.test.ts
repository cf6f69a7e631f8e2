import { expect, test } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import type { Behind, EvidenceSource, SequentialRequest } from "../../recommenders/recommender.ts";
import { EvidenceExplainer } from "./evidence-explainer.ts";
import type { UserContexts } from "./user-context.ts";

const { split, items } = plantedSplit({ users: 30, items: 60 });
const users = Array.from({ length: split.nUsers }, (_, index) => `user ${index}`);
const history = Int32Array.of(3, 5, 8, 13, 21);
/** Strongest first, as sources tell them, which is not the order of the history. */
const FIVE: readonly Behind[] = [13, 3, 21, 8, 5].map((index, at) => ({ kind: "item", index, strength: 0.9 - at / 8 }));

const contexts = {
  run: { dataset: { users, items }, split, config: { seed: 1 }, recommender: { name: "scripted" } },
  features: { ofItems: () => [], ofUsers: () => [], async forUsers() {} },
  userTexts: async () => undefined,
  itemTexts: async () => new Map(),
} as unknown as UserContexts;

/** As trained on other data than `split`: each item was taken by as many as its index says. */
const training = { users: 400, counts: Int32Array.from(items.keys()) };

/** Two terms: item i gets i from the first; 1 from the second, whose 0 would say that nothing is known. */
function scripted(asked: string[] = [], first = "sequence", second = "neighbours"): EvidenceSource {
  return {
    neighbours: 8,
    training,
    async answer({ among }: SequentialRequest) {
      const answered = among!;
      const plain = { name: first, describes: "", isSilentAtZero: false, adds: Float32Array.from(answered) };
      const ones = new Float32Array(answered.length).fill(1);
      return {
        items: answered,
        scores: Float32Array.from(answered, (item) => item + 1),
        terms: [plain, { ...plain, name: second, isSilentAtZero: true, adds: ones }],
      };
    },
    async behind(term: string) {
      asked.push(term);
      return FIVE;
    },
  } as unknown as EvidenceSource;
}

const reasons = async (isFull: boolean, asked?: string[], item = 30) => {
  const explainer = new EvidenceExplainer(contexts, scripted(asked));
  const [found] = await explainer.reasonsOf({
    request: { userIndex: undefined, history },
    items: Int32Array.of(item),
    isFull,
  });
  return found!;
};

test("what is behind a term is at most three, strongest first", async () => {
  const { terms } = await reasons(true, [], 50);
  for (const { behind } of terms) {
    expect(behind.map((one) => one.kind === "item" && one.item.itemId)).toEqual(
      [13, 3, 21].map((index) => items[index]!.itemId),
    );
    expect(behind.map((one) => one.kind === "item" && one.strength)).toEqual([0.9, 0.775, 0.65]);
  }
});

test("nothing is named behind a term that speaks against an item", async () => {
  const { terms } = await reasons(true);
  expect(terms.map(({ name, ahead }) => [name, ahead > 0])).toEqual([
    ["sequence", false],
    ["neighbours", true],
  ]);
  expect(terms.map(({ behind }) => behind.length)).toEqual([0, 3]);
});

test("what takes the model's time to find is not looked for unless it is wanted", async () => {
  const asked: string[] = [];
  const { terms } = await reasons(false, asked);
  expect(asked).toEqual(["neighbours"]);
  expect(terms.map(({ behind }) => behind.length)).toEqual([0, 3]);
});

const groupAndPopularity = async (userIndex?: number) => {
  const explainer = new EvidenceExplainer(contexts, {
    ...scripted([], "popularity", "group"),
    behind: async () => [],
  });
  const [found] = await explainer.reasonsOf({ request: { userIndex, history }, items: Int32Array.of(50) });
  return found!.terms;
};

test("counts are those that the model knows, whatever data it is asked about", async () => {
  const [popularity, group] = await groupAndPopularity(4);
  expect(popularity!.people).toBe(50);
  expect(group!.group).toEqual({ neighbours: 8, holders: 0, expected: (8 * 50) / 400 });
});

test("nothing is counted among the similar users of somebody new, who has none", async () => {
  const [, group] = await groupAndPopularity(undefined);
  expect(group!.group).toBeUndefined();
  expect(group!.says).toMatch(/^who is like somebody new is not known/);
});

test("typical is the mean over what may be answered, and 0 of a term whose 0 says that nothing is known", async () => {
  const { terms, typicalScore, score } = await reasons(true);
  // All 55 items that are not of the history, as they are fewer than the pool: 0 to 59 without those.
  const mean = (1770 - history.reduce((sum, item) => sum + item, 0)) / 55;
  expect(terms[0]).toMatchObject({ name: "sequence", adds: 30 });
  expect(terms[0]!.typical).toBeCloseTo(mean, 5);
  expect(terms[0]!.ahead).toBeCloseTo(30 - mean, 5);
  expect(terms[1]).toMatchObject({ name: "neighbours", adds: 1, typical: 0, ahead: 1 });
  expect(typicalScore).toBeCloseTo(mean, 5);
  expect(score).toBe(31);
});
