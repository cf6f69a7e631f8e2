import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { Random } from "../base/random.ts";
import { bootstrapIntervals, bootstrapIntervalsOfAll } from "./bootstrap.ts";
import { assertMetricInvariants } from "./invariants.ts";
import {
  asMetricName,
  longestCut,
  meanMetrics,
  metricNames,
  metricValue,
  perUserValues,
  randomExpectation,
} from "./metrics.ts";
import { assertRanking, emptyRanks, enterRank, type Ranks } from "./ranks.ts";

const list = (items: number[], scores: number[]) => ({
  items: Int32Array.from(items),
  scores: Float32Array.from(scores),
});
const ranksOf = (first: number[], tied: number[] = first.map((rank) => (rank > 0 ? 1 : 0))): Ranks => ({
  first: Int32Array.from(first),
  tied: Int32Array.from(tied),
});

describe("metrics", () => {
  // Four users: ranks 1, 3, 10 and absent. NDCG: 1, 1/log2(4) = .5, 1/log2(11) = .2890648, 0.
  it("gives the values worked by hand for ranks 1, 3, 10 and absent", () => {
    const means = meanMetrics(ranksOf([1, 3, 10, 0]));
    expect(means["HR@1"]).toBe(0.25);
    expect(means["HR@5"]).toBe(0.5);
    expect(means["HR@10"]).toBe(0.75);
    expect(means["HR@20"]).toBe(0.75);
    expect(means["NDCG@1"]).toBe(0.25);
    expect(means["NDCG@5"]).toBeCloseTo(1.5 / 4, 12);
    expect(means["NDCG@10"]).toBeCloseTo((1.5 + 0.2890648263178879) / 4, 12);
    expect(means.MRR).toBeCloseTo((1 + 1 / 3 + 1 / 10) / 4, 12);
  });

  it("averages over tied ranks: a target tied over ranks 4 to 7 has HR@5 1/2", () => {
    expect(metricValue("HR@5", 4, 4)).toBe(0.5);
    expect(metricValue("MRR", 1, 2)).toBe(0.75);
    // (1/log2(5) + 1/log2(6)) / 4
    expect(metricValue("NDCG@5", 4, 4)).toBeCloseTo((0.43067655807339306 + 0.38685280723454163) / 4, 12);
  });

  it("counts a target beyond rank 20 as absent in every metric", () => {
    expect(metricValue("MRR", 21, 1)).toBe(0);
    expect(metricValue("MRR", 20, 2)).toBeCloseTo(1 / 40, 12);
  });

  it("takes any cut and any family, the standard ones always among them", () => {
    const names = metricNames(["NDCG@3", "NDCG@10", "NDCG@50", "MAP@10", "MAP@50"]);
    expect(names.slice(9)).toEqual(["NDCG@3", "NDCG@50", "MAP@10", "MAP@50"]);
    expect(longestCut(names)).toBe(50);
    expect(longestCut(metricNames(["HR@5"]))).toBe(20);
    // Ranks 2 and 40: 1/log2(3) = .6309298 and 1/log2(41) = .1866531; reciprocals 1/2 and 1/40.
    const means = meanMetrics(ranksOf([2, 40]), names);
    expect(means["NDCG@3"]).toBeCloseTo(0.6309297535714574 / 2, 12);
    expect(means["NDCG@50"]).toBeCloseTo((0.6309297535714574 + 0.18665241123894338) / 2, 12);
    expect(means["MAP@10"]).toBe(0.25);
    expect(means["MAP@50"]).toBeCloseTo((0.5 + 0.025) / 2, 12);
    expect(means.MRR).toBe(0.25);
  });

  it("equates Recall with the hit rate and MAP with the reciprocal rank: there is one right item", () => {
    for (const [first, tied] of [
      [4, 3],
      [1, 1],
      [0, 0],
    ] as const) {
      expect(metricValue("Recall@5", first, tied)).toBe(metricValue("HR@5", first, tied));
      expect(metricValue("MAP@20", first, tied)).toBe(metricValue("MRR", first, tied));
    }
  });

  it("names what it knows when asked for another metric", () => {
    expect(asMetricName("MAP@7")).toBe("MAP@7");
    expect(() => asMetricName("AUC@5")).toThrow(/metric AUC@5: expected HR, Recall, NDCG, MRR, MAP/);
    expect(() => asMetricName("HR@0")).toThrow(/with a cut/);
  });

  it("is 0 for everything when no user finds the target", () => {
    expect(new Set(Object.values(meanMetrics(ranksOf([0, 0]))))).toEqual(new Set([0]));
  });

  it("keeps one value per user for paired tests", () => {
    expect([...perUserValues("HR@5", ranksOf([6, 5, 0], [1, 2, 0]))]).toEqual([0, 0.5, 0]);
  });

  // docs/protocols.md, "Checks of every evaluation": a random scorer over 100 candidates has HR@5 .05 and HR@10 .10.
  it("expects HR@5 .05 and HR@10 .10 of a random order of 100 candidates", () => {
    const expected = randomExpectation(Int32Array.of(100, 100));
    expect(expected["HR@5"]).toBeCloseTo(0.05, 12);
    expect(expected["HR@10"]).toBeCloseTo(0.1, 12);
  });

  it("keeps every invariant for any ranks, tied or not", () => {
    const user = fc.record({ first: fc.integer({ min: 0, max: 30 }), tied: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(fc.array(user, { minLength: 1, maxLength: 50 }), (users) => {
        const ranks = ranksOf(
          users.map((u) => u.first),
          users.map((u) => (u.first === 0 ? 0 : u.tied)),
        );
        assertMetricInvariants(meanMetrics(ranks), "test");
      }),
    );
  });

  // ELMRec's published direct recommendation on Sports has dH = .0697 with dN = .0060 (impossible below .0201).
  it("names the rule that an impossible pair of metrics breaks", () => {
    const good = meanMetrics(ranksOf([1, 3, 10, 0]));
    const impossible = { ...good, "HR@10": good["HR@5"] + 0.0697, "HR@20": 1, "NDCG@10": good["NDCG@5"] + 0.006 };
    expect(() => assertMetricInvariants(impossible, "table 2")).toThrow(/table 2.*NDCG@10 - NDCG@5/);
    expect(() => assertMetricInvariants({ ...good, "HR@5": 0.9 }, "x")).toThrow(/HR@5 <= HR@10/);
    expect(() => assertMetricInvariants({ ...good, "NDCG@1": 0.9 }, "x")).toThrow(/NDCG@1 = HR@1/);
  });
});

describe("enterRank", () => {
  it("shares ranks among equal scores wherever the target stands among them", () => {
    const ranks = emptyRanks(5);
    const tied = list([4, 8, 6, 2, 9], [3, 1, 1, 1, 0]);
    [4, 8, 2, 9, 5].forEach((target, user) => {
      enterRank(ranks, user, tied, target);
    });
    expect([...ranks.first]).toEqual([1, 2, 2, 5, 0]);
    expect([...ranks.tied]).toEqual([1, 3, 3, 1, 0]);
  });

  it("refuses a score that is no number", () => {
    const enter = () => enterRank(emptyRanks(1), 0, list([4, 8, 6], [3, Number.NaN, 1]), 6);
    expect(enter).toThrow(/no number \(NaN\) as the score of item 8/);
  });

  it("gives a constant scorer the value of a random order", () => {
    const ranks = emptyRanks(1);
    const items = Array.from({ length: 100 }, (_, i) => i);
    enterRank(
      ranks,
      0,
      list(
        items,
        items.map(() => 7),
      ),
      0,
    );
    expect(meanMetrics(ranks)).toEqual(randomExpectation(Int32Array.of(100)));
  });
});

describe("assertRanking", () => {
  const space = { count: 3, exclude: Int32Array.of(9), only: Int32Array.of(1, 2, 3, 9) };
  it("accepts lists shorter than asked for", () => {
    assertRanking(list([2, 1], [1, 1]), space, "test");
    assertRanking(list([], []), space, "test");
  });
  it.each([
    ["repeated items", list([2, 2], [1, 0]), /item 2 twice/],
    ["items of the history", list([9], [1]), /item 9 of the history/],
    ["items outside the candidates", list([5], [1]), /item 5, expected one of the candidates/],
    ["rising scores", list([1, 2], [0, 1]), /score 1 after 0 at position 2/],
    ["NaN", list([1], [Number.NaN]), /score NaN/],
    ["more items than asked for", list([1, 2, 3, 4], [4, 3, 2, 1]), /4 items, expected at most 3/],
    ["items without scores", list([1, 2], [4]), /2 items, 1 scores/],
  ])("refuses %s", (_, bad, message) => {
    expect(() => assertRanking(bad, space, "test")).toThrow(message);
  });
});

describe("bootstrapIntervals", () => {
  // 400 users, 100 hits: the normal interval of a share is .25 +- 1.96 sqrt(.25 * .75 / 400) = .25 +- .0424.
  it("agrees with the normal interval of a hit rate", () => {
    const ranks = ranksOf(Array.from({ length: 400 }, (_, user) => (user < 100 ? 2 : 0)));
    const hit = bootstrapIntervals(ranks, { seed: 5, resamples: 4000 })["HR@5"];
    expect(hit.value).toBe(0.25);
    expect(hit.low).toBeGreaterThan(0.25 - 0.0424 - 0.005);
    expect(hit.low).toBeLessThan(0.25 - 0.0424 + 0.005);
    expect(hit.high).toBeGreaterThan(0.25 + 0.0424 - 0.005);
    expect(hit.high).toBeLessThan(0.25 + 0.0424 + 0.005);
  });

  it("covers the true mean in about 95 of 100 samples", () => {
    let covered = 0;
    for (let sample = 0; sample < 300; sample++) {
      const random = Random.of(sample, "coverage");
      const ranks = ranksOf(Array.from({ length: 150 }, () => (random.uniform() < 0.3 ? 1 : 0)));
      const { low, high } = bootstrapIntervals(ranks, { seed: sample, resamples: 200 })["HR@1"];
      if (low <= 0.3 && 0.3 <= high) covered++;
    }
    // Binomial(300, .95) has standard deviation 3.8; percentile intervals of 200 resamples are slightly narrow.
    expect(covered).toBeGreaterThan(266);
  });

  it("repeats with the seed, for one system as for one of several", () => {
    const ranks = ranksOf([1, 2, 3, 0, 0, 7]);
    expect(bootstrapIntervals(ranks, { seed: 1 })).toEqual(bootstrapIntervals(ranks, { seed: 1 }));
    const other = ranksOf([0, 9, 1, 1, 2, 0]);
    const options = { seed: 1, names: ["MRR", "HR@5"] } as const;
    const together = bootstrapIntervalsOfAll([ranks, other], options);
    expect(together).toEqual([ranks, other].map((each) => bootstrapIntervals(each, options)));
    expect(() => bootstrapIntervalsOfAll([ranks, ranksOf([1])], options)).toThrow(/ranks of 6 and of 1 users/);
    expect(bootstrapIntervals(ranks, { seed: 2 }).MRR).not.toEqual(bootstrapIntervals(ranks, { seed: 1 }).MRR);
  });
});
