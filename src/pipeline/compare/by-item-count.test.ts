import { describe, expect, it } from "vitest";
import { EVALUATION_SEED } from "../../base/seeds.ts";
import {
  bootstrapIntervals,
  bucketMetrics,
  bucketsOf,
  holm,
  POPULARITY_STARTS,
  pairedTTest,
  perUserValues,
  type Ranks,
  wilcoxonTest,
} from "../../evaluation/index.ts";
import type { DatasetAnswers, RunAnswers } from "./answers.ts";
import { itemCountColumns } from "./by-item-count.ts";
import type { ItemCountColumn } from "./comparison.ts";
import type { Row } from "./row.ts";

/** 20 users each are asked for a cold item, one seen three times, one seen seven times. */
const COUNTS = Int32Array.from({ length: 60 }, (_, user) => [0, 3, 7][user % 3]!);
const RANGES = bucketsOf(COUNTS, POPULARITY_STARTS);
const NAMES = ["HR@10", "NDCG@10"] as const;

/** Right at place `1 + user % 4` for the users that `isRight` names. */
function ranksOf(isRight: (user: number) => boolean): Ranks {
  const users = Int32Array.from(COUNTS.keys());
  return {
    first: users.map((user) => (isRight(user) ? 1 + (user % 4) : 0)),
    tied: users.map((user) => (isRight(user) ? 1 : 0)),
  };
}

function answer(ranks: Ranks, more: Partial<RunAnswers> = {}): RunAnswers {
  const buckets = RANGES.map((range) => ({
    by: "item popularity" as const,
    label: range.label,
    users: range.members.length,
    metrics: bucketMetrics(ranks, range),
  }));
  return { ranks, itemCounts: COUNTS, buckets, metrics: {}, testable: true, ...more };
}

function row(label: string, differences: readonly string[] = []): Row {
  return { label, kind: "model", usesHistory: false, seeds: [], differences, sources: [] };
}

const shop = (...byRow: DatasetAnswers["byRow"]): DatasetAnswers => ({ dataset: "shop", byRow });
const frame = (test: "users" | "seeds" = "users", rows = [row("ours"), row("other"), row("third")]) => ({
  rows,
  reference: 0,
  test,
});
const often = ranksOf((user) => user % 4 < 2);
const seldom = ranksOf((user) => user % 5 === 0);
const rare = ranksOf((user) => user % 3 === 1 && user % 2 === 0);

const columnOf = (columns: readonly ItemCountColumn[] | undefined, range: string, metric: string) =>
  columns!.find(({ itemCount, metric: name }) => itemCount === range && name === metric)!;
const membersOf = (ranks: Ranks, at: number): Ranks => ({
  first: RANGES[at]!.members.map((user) => ranks.first[user]!),
  tied: RANGES[at]!.members.map((user) => ranks.tied[user]!),
});

describe("columns by how often training saw the item", () => {
  it("test the users of a range alone, and correct by Holm over all ranges and metrics", () => {
    const columns = itemCountColumns(frame(), [shop([answer(often)], [answer(seldom)], [answer(rare)])]);
    expect(columns!.map(({ itemCount, metric, users }) => [itemCount, metric, users])).toEqual(
      ["0", "1-4", "5-9"].flatMap((range) => NAMES.map((metric) => [range, metric, 20])),
    );
    const plain: number[] = [];
    const adjusted: number[] = [];
    for (const [at, { label }] of RANGES.entries())
      for (const metric of NAMES) {
        const { cells } = columnOf(columns, label, metric);
        expect(cells[0]!.users).toBeUndefined();
        for (const [i, ranks] of [seldom, rare].entries()) {
          const [a, b] = [ranks, often].map((each) => perUserValues(metric, membersOf(each, at)));
          const found = cells[i + 1]!.users!;
          expect(found.tTest).toMatchObject(pairedTTest(a!, b!));
          expect(found.wilcoxon).toMatchObject(wilcoxonTest(a!, b!));
          expect(found.tTest.difference).toBeCloseTo(cells[i + 1]!.value - cells[0]!.value, 12);
          plain.push(found.tTest.pValue);
          adjusted.push(found.tTest.adjusted);
        }
      }
    expect(adjusted).toEqual(holm(plain));
    const { gain, cells } = columnOf(columns, "5-9", "HR@10");
    expect(gain).toMatchObject({ over: 1, pValue: cells[1]!.users!.tTest.adjusted });
  });

  it("give a single run its interval over the users of the range", () => {
    const columns = itemCountColumns(frame(), [
      shop(
        [answer(often)],
        [answer(seldom)],
        [1, 2].map((seed) => answer(rare, { seed })),
      ),
    ]);
    const [, single, several] = columnOf(columns, "1-4", "NDCG@10").cells;
    const alone = bootstrapIntervals(membersOf(seldom, 1), { seed: EVALUATION_SEED, names: NAMES });
    expect(single).toMatchObject(alone["NDCG@10"]);
    expect(several!.low).toBeUndefined();
    expect(several).toMatchObject({ deviation: 0, valueSeeds: [1, 2] });
  });

  it("test over seeds from the means alone", () => {
    const seeds = (...all: Ranks[]) =>
      all.map((ranks, i) => answer(ranks, { seed: i + 1, itemCounts: undefined, ranks: undefined }));
    const columns = itemCountColumns(frame("seeds"), [
      shop(seeds(often, rare), seeds(seldom, often), [answer(seldom, { itemCounts: undefined })]),
    ]);
    const { cells, gain } = columnOf(columns, "1-4", "HR@10");
    const pairs = [cells[1]!, cells[0]!].map(({ values }) => Float64Array.from(values));
    expect(cells[1]!.seeds!.tTest).toMatchObject(pairedTTest(pairs[0]!, pairs[1]!));
    expect(cells[1]!.users).toBeUndefined();
    expect(gain!.pValue).toBe(cells[gain!.over]!.seeds!.tTest.adjusted);
  });

  it("are means alone, without a gain, where no file tells how often training saw the items", () => {
    const old = (ranks: Ranks) => [answer(ranks, { itemCounts: undefined })];
    const columns = itemCountColumns(frame(), [shop(old(often), old(seldom), old(rare))]);
    for (const { cells, gain, metric, itemCount } of columns!) {
      expect(gain).toBeUndefined();
      const range = RANGES.find(({ label }) => label === itemCount)!;
      expect(cells.map((cell) => cell!.value)).toEqual(
        [often, seldom, rare].map((ranks) => bucketMetrics(ranks, range)[metric]),
      );
      for (const cell of cells)
        expect([cell!.users, cell!.seeds, cell!.low]).toEqual([undefined, undefined, undefined]);
    }
  });

  it("have no gain over what the asked test cannot be made against: it would pass for one found to be chance", () => {
    const one = (ranks: Ranks) => [answer(ranks, { seed: 1 })];
    const two = [answer(rare, { seed: 1 }), answer(seldom, { seed: 2 })];
    const ours = [answer(often, { seed: 1 }), answer(seldom, { seed: 2 })];
    const gainsOver = (other: readonly RunAnswers[]) =>
      itemCountColumns(frame("seeds"), [shop(ours, other)])!.flatMap(({ gain }) => gain ?? []);
    expect(gainsOver(one(seldom))).toEqual([]);
    expect(gainsOver(two).length).toBeGreaterThan(0);
  });

  it("are tested whole where one file tells it, as runs measured alike asked the same users", () => {
    const old = (ranks: Ranks) => [answer(ranks, { itemCounts: undefined })];
    const whole = itemCountColumns(frame(), [shop([answer(often)], [answer(seldom)], [answer(rare)])]);
    const once = itemCountColumns(frame(), [shop(old(often), old(seldom), [answer(rare)])]);
    expect(once).toEqual(whole);
  });

  it("leave untested what has no ranks, another number of users in a range, or other questions", () => {
    const cold = answer(seldom);
    const shifted = {
      ...cold,
      buckets: cold.buckets.map((range) => ({ ...range, users: range.users + (range.label === "0" ? 1 : 0) })),
    };
    const rows = [row("ours"), row("other"), row("third"), row("valid", ["split: test / valid"])];
    const columns = itemCountColumns(frame("users", rows), [
      shop([answer(often)], [shifted], [answer(rare, { ranks: undefined })], [answer(rare, { testable: false })]),
    ]);
    const tested = (range: string) => columnOf(columns, range, "HR@10").cells.map((cell) => cell!.users !== undefined);
    expect(tested("0")).toEqual([false, false, false, false]);
    expect(tested("1-4")).toEqual([false, true, false, false]);
    // Of those measured alike, though another row's record has more.
    expect(columnOf(columns, "0", "HR@10").users).toBe(20);
  });
});
