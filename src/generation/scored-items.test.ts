import { expect, it } from "vitest";
import { addCounts, cleanRanking, NO_DECODING } from "./scored-items.ts";

const items = [4, -1, 7, 4, 9, -1, 2, 9];
const scores = [-1, -2, -3, -4, -5, -6, -7, -8];

it("drops invalid, repeated and seen items, keeps the order and fills nothing up", () => {
  const { list, counts } = cleanRanking({ items, scores, count: 10, exclude: new Set([7]) });
  expect([...list.items]).toEqual([4, 9, 2]);
  expect([...list.scores]).toEqual([-1, -5, -7]);
  expect(counts).toEqual({ hypotheses: 8, invalid: 2, duplicate: 2, outside: 1 });
});

it("counts over everything generated, also beyond the cut", () => {
  const { list, counts } = cleanRanking({ items, scores, count: 1, only: new Set([2, 9]) });
  expect([...list.items]).toEqual([9]);
  expect(counts).toEqual({ hypotheses: 8, invalid: 2, duplicate: 2, outside: 2 });
  expect(addCounts(counts, addCounts(NO_DECODING, counts)).duplicate).toBe(4);
});
