import { describe, expect, it } from "vitest";
import type { Witness } from "../witness.ts";
import type { AnsweredQuestion } from "./collect.ts";
import { targetRanks } from "./report.ts";
import { bestOf, shortlist } from "./shortlist.ts";
import { PARTS, type Weights } from "./weights.ts";

const N_ITEMS = 5;
const items = { count: new Float32Array(N_ITEMS), cold: new Uint8Array(N_ITEMS) };
const weights: Weights = {
  terms: ["popularity"],
  scales: [1],
  values: Float64Array.from({ length: PARTS }, (_, part) => Number(part === 0)),
};
const saying = (...values: number[]) =>
  ({ name: "popularity", testify: async () => [Float32Array.from(values)] }) as unknown as Witness;
const question: AnsweredQuestion = { userIndex: 0, history: Int32Array.of(0), target: 2, popularity: 0, weight: 1 };

describe("a target's rank", () => {
  it("counts what is above it, and half of what is equal", async () => {
    expect(await targetRanks([saying(9, 4, 3, 3, 1)], [question], items, [weights])).toEqual([Float64Array.of(2.5)]);
  });

  it("is refused where a score is no number, which would make it the first", async () => {
    const ranks = targetRanks([saying(9, 4, Number.NaN, 3, 1)], [question], items, [weights]);
    await expect(ranks).rejects.toThrow(/score 3 of 5 is no number/);
  });
});

describe("a short list", () => {
  it("is refused where a score is no number, which would be left out", () => {
    const scores = Float32Array.of(1, Number.NaN, 2);
    expect(() => shortlist(scores, 2, new Set())).toThrow(/score 2 of 3 is no number/);
    expect(() => bestOf(scores, 2)).toThrow(/score 2 of 3 is no number/);
  });

  it("takes of equals the first places, or those of the lowest ranks", () => {
    const scores = Float32Array.of(1, 1, 2, 1, Number.NEGATIVE_INFINITY);
    const ranks = Int32Array.of(3, 4, 2, 1, 0);
    expect(bestOf(scores, 2).places).toEqual(Int32Array.of(2, 0));
    expect(bestOf(scores, 2, ranks).places).toEqual(Int32Array.of(2, 3));
    expect(bestOf(scores, 9, ranks).places).toEqual(Int32Array.of(2, 3, 0, 1));
    expect(shortlist(scores, 2, new Set([3]), undefined, ranks).places).toEqual(Int32Array.of(2, 0));
    expect(shortlist(scores, 2, new Set(), Int32Array.of(1, 4, 2, 3, 0), ranks).places).toEqual(Int32Array.of(2, 1));
  });
});
