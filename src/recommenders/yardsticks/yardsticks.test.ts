import { describe, expect, it } from "vitest";
import { matrix } from "../../base/typed-arrays.ts";
import type { Split } from "../../data/index.ts";
import { assertRanking } from "../../evaluation/index.ts";
import { idRule, itemKnn, itemKnnText, popularity } from "./index.ts";

// Training counts: items 0: 3, 1: 2, 2: 2, 3: 1, 4: 0, 5: 0.
const split: Split = {
  nUsers: 3,
  nItems: 6,
  train: [Int32Array.of(0, 1, 2), Int32Array.of(0, 1), Int32Array.of(2, 0, 3)],
  valid: Int32Array.of(3, 2, 4),
  test: Int32Array.of(4, 5, 1),
};
const request = (...history: number[]) => [{ userIndex: 0, history: Int32Array.from(history) }];
const question = (history: number[], candidates: number[]) => [
  { userIndex: 0, history: Int32Array.from(history), candidates: Int32Array.from(candidates) },
];

describe("popularity", () => {
  it("lists unseen items by training count and nothing of the history", async () => {
    const [list] = await popularity({ split }).rankSequential(request(1), 3);
    expect([...list!.items]).toEqual([0, 2, 3]);
    expect([...list!.scores]).toEqual([3, 2, 1]);
  });

  it("breaks ties by the seed, not by item number", async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 40; seed++) {
      const [list] = await popularity({ split, seed }).rankDirect(question([], [1, 2]), 2);
      orders.add(list!.items.join(" "));
      expect([...list!.scores]).toEqual([2, 2]);
    }
    expect(orders).toEqual(new Set(["1 2", "2 1"]));
  });

  it("ranks the candidates by count, whatever their order", async () => {
    const [list] = await popularity({ split }).rankDirect(question([0], [5, 3, 2]), 10);
    expect([...list!.items]).toEqual([2, 3, 5]);
  });
});

describe("itemKnn", () => {
  // Cosines: (0,1) 2/sqrt(6), (0,2) 2/sqrt(6), (1,2) 1/2, (0,3) 1/sqrt(3), (2,3) 1/sqrt(2), (1,3) none.
  it("adds cosines of training co-occurrence, older items decayed", async () => {
    const [list] = await itemKnn({ split, decay: 0.5, shrink: 0 }).rankSequential(request(2, 1), 10);
    expect([...list!.items.subarray(0, 2)]).toEqual([0, 3]);
    expect(list!.scores[0]).toBeCloseTo(2 / Math.sqrt(6) + 0.5 * (2 / Math.sqrt(6)), 6);
    expect(list!.scores[1]).toBeCloseTo(0.5 / Math.sqrt(2), 6);
  });

  it("lists items of which nothing is known behind, with falling scores below zero", async () => {
    const [list] = await itemKnn({ split }).rankSequential(request(2, 1), 10);
    expect([...list!.items].sort()).toEqual([0, 3, 4, 5]);
    expect(list!.scores[2]).toBeLessThan(0);
    expect(list!.scores[3]).toBeLessThan(list!.scores[2]!);
  });

  it("shrinks similarities that rest on few users", async () => {
    const [list] = await itemKnn({ split, shrink: 10 }).rankDirect(question([0], [1, 3]), 2);
    expect(list!.scores[0]).toBeCloseTo(2 / (Math.sqrt(6) + 10), 6);
    expect(list!.scores[1]).toBeCloseTo(1 / (Math.sqrt(3) + 10), 6);
  });

  it("keeps the nearest neighbours only", async () => {
    const [list] = await itemKnn({ split, neighbours: 1, shrink: 0 }).rankSequential(request(3), 10);
    expect(list!.items[0]).toBe(2);
    expect(list!.scores[1]).toBeLessThan(0);
  });
});

describe("itemKnnText", () => {
  const itemEmbeddings = matrix(6, 2, Float32Array.of(1, 0, 0, 1, 0, 1, 0, 1, 3, 4, -1, 0));

  it("adds the weighted cosine of text neighbours: a cold item is found by its text", async () => {
    const knn = await itemKnnText({ split, itemEmbeddings, textWeight: 0.5, shrink: 0 });
    const [list] = await knn.rankDirect(question([0], [4, 5, 3]), 3);
    // Item 3: cosine 1/sqrt(3) by co-occurrence; item 4: .5 * 3/5 by text; item 5 points away.
    expect([...list!.items]).toEqual([3, 4, 5]);
    expect(list!.scores[1]).toBeCloseTo(0.3, 6);
  });

  it("refuses vectors of another catalogue", async () => {
    await expect(itemKnnText({ split, itemEmbeddings: matrix(5, 2) })).rejects.toThrow(/5 text vectors/);
  });
});

describe("idRule", () => {
  it("counts up from the highest number of the history", async () => {
    const [list] = await idRule({ split }).rankSequential(request(1, 2), 2);
    expect([...list!.items]).toEqual([3, 4]);
  });

  it("counts the numbers that a model is given", async () => {
    const numbers = Int32Array.of(5, 4, 3, 2, 1, 0);
    const [list] = await idRule({ split, numbers }).rankSequential(request(4, 3), 2);
    expect([...list!.items]).toEqual([2, 1]);
  });
});

it("every yardstick returns proper rankings", async () => {
  const itemEmbeddings = matrix(6, 1, new Float32Array(6).fill(1));
  for (const system of [
    popularity({ split }),
    itemKnn({ split }),
    await itemKnnText({ split, itemEmbeddings }),
    idRule({ split }),
  ]) {
    const history = Int32Array.of(0, 3);
    for (const count of [0, 2, 20]) {
      const [sequential] = await system.rankSequential([{ userIndex: 0, history }], count);
      assertRanking(sequential!, { count, exclude: history }, system.name);
      const only = Int32Array.of(1, 5, 4);
      const [direct] = await system.rankDirect([{ userIndex: 0, history, candidates: only }], count);
      assertRanking(direct!, { count, only }, system.name);
    }
    await system.dispose();
  }
});
