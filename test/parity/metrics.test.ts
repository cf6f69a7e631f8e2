// Metrics against ranx, paired tests against scipy (peers/metrics.py), on lists with one right item each.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  type AnyMetric,
  emptyRanks,
  enterRank,
  pairedTTest,
  perUserValues,
  type Ranks,
  wilcoxonTest,
} from "../../src/evaluation/index.ts";
import { fixturePath } from "./fixture.ts";

interface Golden {
  readonly targets: readonly number[];
  readonly lists: readonly (readonly number[])[];
  readonly otherLists: readonly (readonly number[])[];
  readonly values: Readonly<Record<AnyMetric, readonly number[]>>;
  readonly tests: Readonly<Record<AnyMetric, { t: number; tP: number; w: number; wP: number }>>;
}

const golden = JSON.parse(await readFile(fixturePath("metrics.json"), "utf8")) as Golden;

function ranksOf(lists: Golden["lists"]): Ranks {
  const ranks = emptyRanks(lists.length);
  lists.forEach((items, user) => {
    const list = { items: Int32Array.from(items), scores: Float32Array.from(items, (_, place) => -place) };
    enterRank(ranks, user, list, golden.targets[user]!);
  });
  return ranks;
}

const [ranks, otherRanks] = [ranksOf(golden.lists), ranksOf(golden.otherLists)];

describe.each(Object.entries(golden.values))("%s", (name, expected) => {
  it("equals ranx' value for every user", () => {
    const found = perUserValues(name as AnyMetric, ranks);
    expected.forEach((value, user) => {
      expect(found[user], `user ${user}`).toBeCloseTo(value, 12);
    });
  });
});

describe.each(Object.entries(golden.tests))("paired tests of %s", (name, { t, tP, w, wP }) => {
  const [a, b] = [perUserValues(name as AnyMetric, ranks), perUserValues(name as AnyMetric, otherRanks)];

  it("equal scipy's ttest_rel", () => {
    const found = pairedTTest(a, b);
    expect(found.statistic).toBeCloseTo(t, 10);
    expect(found.pValue).toBeCloseTo(tP, 10);
  });

  it("equal scipy's wilcoxon with the normal approximation", () => {
    const found = wilcoxonTest(a, b);
    expect(found.statistic).toBeCloseTo(w, 10);
    expect(found.pValue).toBeCloseTo(wP, 10);
  });
});
