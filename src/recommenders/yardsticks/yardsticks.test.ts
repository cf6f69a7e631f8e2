import { describe, expect, it } from "vitest";
import { matrix } from "../../base/matrix.ts";
import { type Split, trainingLists } from "../../data/index.ts";
import { assertRanking } from "../../evaluation/index.ts";
import {
  coOccurrenceWith,
  fused,
  idRule,
  itemKnn,
  itemKnnText,
  logItemKnn,
  markov,
  popularity,
  textCosine,
  textKnn,
} from "./index.ts";

// Training counts: items 0: 3, 1: 2, 2: 2, 3: 1, 4: 0, 5: 0.
const split: Split = {
  nUsers: 3,
  nItems: 6,
  prefixes: trainingLists([Int32Array.of(0, 1, 2), Int32Array.of(0, 1), Int32Array.of(2, 0, 3)]),
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

describe("weights of interactions", () => {
  // Over their mean, .5: users 0 (2, .4, .4), 1 (.4, 2), 2 (.4, .4, 2).
  const weighed: Split = {
    ...split,
    weights: [
      [1, 0.2, 0.2],
      [0.2, 1],
      [0.2, 0.2, 1],
    ].map((w) => Float64Array.from(w)),
  };

  it("are what popularity adds up", async () => {
    const [list] = await popularity({ split: weighed }).rankSequential(request(), 4);
    expect([...list!.items]).toEqual([0, 1, 3, 2]);
    expect([...list!.scores].map((score) => score.toFixed(6))).toEqual([
      "1.400000",
      "1.200000",
      "1.000000",
      "0.400000",
    ]);
  });

  it("are what item-kNN takes cosines of", async () => {
    const similar = coOccurrenceWith(weighed, 0, 0);
    const lengths = [2 ** 2 + 2 * 0.4 ** 2, 0.4 ** 2 + 2 ** 2, 2 * 0.4 ** 2, 2 ** 2];
    const products = [0, 2 * 0.4 + 0.4 * 2, 2 * 0.4 + 0.4 * 0.4, 0.4 * 2];
    products.forEach((product, item) => {
      expect(similar[item]).toBeCloseTo(product / Math.sqrt(lengths[0]! * lengths[item]!), 12);
    });
    const [list] = await itemKnn({ split: weighed, shrink: 0 }).rankSequential(request(0), 3);
    expect([...list!.items].sort()).toEqual([1, 2, 3]);
    for (const [place, item] of [...list!.items].entries()) expect(list!.scores[place]).toBeCloseTo(similar[item]!, 6);
  });

  it("of 0 count for nothing: an item that nobody else weighs is not known, and none is listed twice", async () => {
    const weights = [
      [1, 0, 1],
      [1, 0],
      [1, 1, 1],
    ].map((list) => Float64Array.from(list));
    const [list] = await itemKnn({ split: { ...split, weights }, shrink: 0 }).rankSequential(request(0), 10);
    expect([...list!.items].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(list!.scores[list!.items.indexOf(1)]).toBeLessThan(0);
  });

  it("change nothing where all are alike", async () => {
    const alike: Split = { ...split, weights: split.prefixes.map(({ length }) => new Float64Array(length).fill(0.2)) };
    const whole = (from: Split) => itemKnn({ split: from }).rankSequential(request(2, 1), 4);
    const [[one], [other]] = [await whole(split), await whole(alike)];
    expect(other!.items).toEqual(one!.items);
    one!.scores.forEach((score, place) => {
      expect(other!.scores[place]).toBeCloseTo(score, 6);
    });
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

describe("itemKnnText and textKnn", () => {
  const itemEmbeddings = matrix(6, 2, Float32Array.of(1, 0, 0, 1, 0, 1, 0, 1, 3, 4, -1, 0));

  it("adds the weighted cosine of text neighbours: a cold item is found by its text", async () => {
    const system = await itemKnnText({ split, itemEmbeddings, textWeight: 0.5, shrink: 0 });
    const [list] = await system.rankDirect(question([0], [4, 5, 3]), 3);
    // Item 3: cosine 1/sqrt(3) by co-occurrence; item 4: .5 * 3/5 by text; item 5 points away.
    expect([...list!.items]).toEqual([3, 4, 5]);
    expect(list!.scores[1]).toBeCloseTo(0.3, 6);
  });

  it("refuses vectors of another catalogue", async () => {
    await expect(itemKnnText({ split, itemEmbeddings: matrix(5, 2) })).rejects.toThrow(/5 text vectors/);
  });

  it("adds up to text-kNN alone where nothing co-occurs", async () => {
    const system = await textKnn({ split, itemEmbeddings, shrink: 0 });
    const [list] = await system.rankDirect(question([0], [4, 5, 3]), 3);
    expect(list!.items[0]).toBe(4);
    expect(list!.scores[0]).toBeCloseTo(0.6, 6);
    expect(list!.scores[1]).toBeLessThan(0);
  });
});

describe("markov", () => {
  // Pairs in training: 0 -> 1 twice, 1 -> 2, 2 -> 0, 0 -> 3.
  it("ranks by what follows the newest item, popularity deciding the rest", async () => {
    const [list] = await markov({ split }).rankSequential(request(2, 0), 4);
    expect([...list!.items.subarray(0, 2)]).toEqual([1, 3]);
    expect([...list!.scores.subarray(0, 2)]).toEqual([2, 1]);
    expect(list!.scores[2]).toBeLessThan(0);
  });

  it("falls back to popularity for an unknown or empty history", async () => {
    const [list] = await markov({ split }).rankDirect(question([], [3, 0]), 2);
    expect([...list!.items]).toEqual([0, 3]);
  });
});

describe("fused", () => {
  const part = (name: string, scores: Record<number, number>) => ({
    ...popularity({ split }),
    name,
    rankDirect: async (requests: readonly { candidates: Int32Array }[]) =>
      requests.map(({ candidates }) => {
        const items = [...candidates].filter((item) => item in scores).sort((a, b) => scores[b]! - scores[a]!);
        return { items: Int32Array.from(items), scores: Float32Array.from(items, (item) => scores[item]!) };
      }),
  });

  // Candidates 1 2 3. First part 3 1 2: mean 2, deviation sqrt(2/3), standardised 1.2247 -1.2247 0. Second part 0 10 10
  // times 2: mean 20/3, deviation 4.714, standardised -1.4142 .7071 .7071. Sums: -1.6037, .1895, sqrt 2.
  it("adds standardised scores by weight", async () => {
    const system = fused("both", [
      { recommender: part("a", { 1: 3, 2: 1, 3: 2 }), weight: 1 },
      { recommender: part("b", { 1: 0, 2: 10, 3: 10 }), weight: 2 },
    ]);
    const [list] = await system.rankDirect(question([0], [1, 2, 3]), 3);
    expect([...list!.items]).toEqual([3, 2, 1]);
    [Math.SQRT2, 0.1895, -1.6037].forEach((score, i) => {
      expect(list!.scores[i]).toBeCloseTo(score, 3);
    });
  });

  it("gives candidates that a part does not list its lowest score, and a constant part no say", async () => {
    const constant = { recommender: part("c", { 1: 5, 2: 5, 3: 5 }), weight: 9 };
    const system = fused("both", [{ recommender: part("a", { 3: 2, 2: 1 }), weight: 1 }, constant]);
    const [list] = await system.rankDirect(question([0], [1, 2, 3]), 3);
    expect(list!.items[0]).toBe(3);
    expect(list!.scores[1]).toBe(list!.scores[2]);
  });

  it("has parts that say what they know: logarithms of item-kNN, and cosines of decayed texts", async () => {
    // Item 1 after item 0: 2/sqrt(6); item 5 shares nobody with it.
    const [knn] = await logItemKnn({ split, shrink: 0 }).rankDirect(question([0], [5, 1]), 2);
    expect([...knn!.items]).toEqual([1, 5]);
    expect(knn!.scores[0]).toBeCloseTo(Math.log(2 / Math.sqrt(6) + 0.01), 5);
    expect(knn!.scores[1]).toBeCloseTo(Math.log(0.01), 5);
    // History 1 then 0: (1, 0) + .6 (0, 1); item 2 is (0, 1), item 4 is (.6, .8).
    const texts = textCosine(matrix(6, 2, Float32Array.of(1, 0, 0, 1, 0, 1, 0, 1, 3, 4, -1, 0)));
    const [text] = await texts.rankDirect(question([1, 0], [2, 4]), 2);
    expect([...text!.items]).toEqual([4, 2]);
    expect(text!.scores[0]).toBeCloseTo(0.6 + 0.6 * 0.8, 5);
    expect(text!.scores[1]).toBeCloseTo(0.6, 5);
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
    markov({ split }),
    await textKnn({ split, itemEmbeddings }),
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
