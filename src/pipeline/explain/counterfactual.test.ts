import { describe, expect, test } from "vitest";
import { movedBy, type PoolRanks, ranksOf } from "./counterfactual.ts";

const scores = (...values: number[]) => Float32Array.from(values);
// Item 8 stands second of four; third without the individual interest, fourth without the group interest.
const ranks: PoolRanks = {
  pool: Int32Array.of(7, 8, 9, 10),
  scores: scores(-1, -2, -3, -4),
  withoutIndividual: scores(-1, -3, -2, -4),
  withoutGroup: scores(-1, -9, -2, -4),
};

test("ranks are counted in the pool, as it is and without each interest", () => {
  expect(ranksOf(ranks, 8)).toEqual({ pool: 4, actual: 2, withoutIndividual: 3, withoutGroup: 4 });
});

test("equal scores do not push an item down", () => {
  expect(ranksOf({ ...ranks, scores: scores(-2, -2, -2, -4) }, 8)?.actual).toBe(1);
});

test("an interest that prompts do not carry has no rank, and without either there are none", () => {
  expect(ranksOf({ ...ranks, withoutGroup: undefined }, 8)).toEqual({ pool: 4, actual: 2, withoutIndividual: 3 });
  expect(ranksOf({ ...ranks, withoutIndividual: undefined, withoutGroup: undefined }, 8)).toBeUndefined();
});

describe("what moved the rank", () => {
  const verdict = (actual: number, withoutIndividual: number, withoutGroup: number) =>
    movedBy({ pool: 100, actual, withoutIndividual, withoutGroup }, true).by;

  test("is the interest whose loss costs more places", () => {
    expect(verdict(2, 5, 3)).toBe("individual");
    expect(verdict(2, 1, 3)).toBe("group");
  });

  test("is both for equal costs, and neither when nothing is lost", () => {
    expect(verdict(2, 4, 4)).toBe("both");
    expect(verdict(2, 2, 1)).toBe("neither");
  });

  test("is told to be the history's where it is neither interest's", () => {
    const ranks = { pool: 100, actual: 2, withoutIndividual: 2, withoutGroup: 1 };
    expect(movedBy(ranks, true).detail).toMatch(/^Neither interest moved it; the history did\. Rank 2 of 100;/);
    expect(movedBy(ranks, false).detail).toMatch(/^Neither interest moved it; nor did any one item of the history\./);
  });

  test("comes with its ranks, and with a reason where prompts carry no interest", () => {
    expect(movedBy({ pool: 100, actual: 2, withoutIndividual: 5, withoutGroup: 3 }, true).detail).toBe(
      "Rank 2 of 100; without the individual interest 5, without the group interest 3.",
    );
    expect(movedBy({ pool: 100, actual: 2, withoutIndividual: 5 }, true).detail).toContain(
      "the prompt carries no group interest",
    );
    expect(movedBy(undefined, true)).toEqual({ by: "neither", detail: expect.stringContaining("carry no interest") });
  });
});
