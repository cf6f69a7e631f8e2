import { afterEach, describe, expect, it } from "vitest";
import { plantedSplit } from "../../test/support/planted-split.ts";
import { tinyData, tinyState } from "../../test/support/tiny-isrf.ts";
import { trainedIdModel } from "../../test/support/trained-id-model.ts";
import { GenerativeRecommender } from "./generative/recommender.ts";
import { lightgcn } from "./lightgcn/lightgcn.ts";
import type { Recommender } from "./recommender.ts";
import { sasrec } from "./sasrec/sasrec.ts";
import { itemKnn, markov, popularity } from "./yardsticks/index.ts";

const shop = plantedSplit();
const data = tinyData();

const opened: Recommender[] = [];
afterEach(async () => {
  for (const recommender of opened.splice(0)) await recommender.dispose();
});

/** Every third item. */
const thirds = (nItems: number) => Int32Array.from({ length: nItems }, (_, i) => i).filter((i) => i % 3 === 0);

describe("a request for some items alone", () => {
  it.each([
    ["popularity", async () => popularity({ split: shop.split })],
    ["markov-1", async () => markov({ split: shop.split })],
    ["item-knn", async () => itemKnn({ split: shop.split })],
    ["lightgcn", () => trainedIdModel(lightgcn, shop, { epochs: 1 })],
    ["sasrec", () => trainedIdModel(sasrec, shop, { epochs: 1 })],
  ])("gets of %s what the whole list holds of them, in its order, with its scores and in full", async (_, create) => {
    const recommender = await create();
    opened.push(recommender);
    const { nItems, prefixes } = shop.split;
    const among = thirds(nItems);
    const requests = prefixes.slice(0, 5).map((history, userIndex) => ({ userIndex, history }));
    const whole = await recommender.rankSequential(requests, nItems);
    const some = await recommender.rankSequential(
      requests.map((request) => ({ ...request, among })),
      7,
    );
    some.forEach(({ items, scores }, i) => {
      const { items: all, scores: worth } = whole[i]!;
      const expected = [...all.keys()].filter((place) => all[place]! % 3 === 0).slice(0, 7);
      expect([...items]).toEqual(expected.map((place) => all[place]));
      expect([...scores]).toEqual(expected.map((place) => worth[place]));
    });
  });

  it.each([
    ["compact", "tiny", {}],
    ["without heads", "tiny", { itemHead: 0, prompts: 0 }],
    ["written freely otherwise", "small", { width: 32, decoding: "free" }],
  ] as const)("is generated in full, with the scores of teacher forcing: %s", async (_, preset, overrides) => {
    const recommender = new GenerativeRecommender("isrf", await tinyState({ ...overrides, beams: 4 }, preset, data), {
      threads: 1,
    });
    opened.push(recommender);
    const among = thirds(data.nItems);
    const requests = [0, 1, 2].map((userIndex) => ({ userIndex, history: data.prefixes[userIndex]!, among }));
    const lists = await recommender.rankSequential(requests, data.nItems);
    for (const [i, { userIndex, history }] of requests.entries()) {
      const open = among.filter((item) => !history.includes(item));
      const { items, scores } = lists[i]!;
      expect([...items].sort((a, b) => a - b)).toEqual([...open]);
      if (recommender.decoding !== undefined) continue;
      const question = { task: "sequential", userIndex, items: history, excluded: history, allowed: among } as const;
      const exact = await recommender.generator.scores(question, items);
      exact.forEach((score, k) => {
        expect(scores[k]).toBeCloseTo(score, 4);
      });
    }
  });

  it("gets an empty list where the history holds all of them", async () => {
    const recommender = new GenerativeRecommender("isrf", await tinyState({}, "tiny", data), { threads: 1 });
    opened.push(recommender);
    const history = data.prefixes[0]!;
    const [list] = await recommender.rankSequential([{ userIndex: 0, history, among: history.slice() }], 5);
    expect(list!.items).toHaveLength(0);
  });
});
