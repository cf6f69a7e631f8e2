import { expect, test } from "vitest";
import { agreement } from "./agreement.ts";

const pairs = (both: number, first: number, second: number, neither: number) => [
  ...Array.from({ length: both }, () => [true, true] as const),
  ...Array.from({ length: first }, () => [true, false] as const),
  ...Array.from({ length: second }, () => [false, true] as const),
  ...Array.from({ length: neither }, () => [false, false] as const),
];

test("kappa of a table worked by hand: 20, 5, 10, 15 of 50 agree by .7, .5 of it by chance", () => {
  // Yes of the first .5, of the second .6: by chance .3 + .2 = .5; (.7 - .5) / .5 = .4.
  const found = agreement(pairs(20, 5, 10, 15));
  expect(found.count).toBe(50);
  expect(found.share).toBeCloseTo(0.7, 12);
  expect(found.kappa).toBeCloseTo(0.4, 12);
});

test("judges that always agree have 1, that always differ -1, and none where nothing varies", () => {
  expect(agreement(pairs(3, 0, 0, 3)).kappa).toBe(1);
  expect(agreement(pairs(0, 3, 3, 0)).kappa).toBe(-1);
  expect(agreement(pairs(4, 0, 0, 0))).toEqual({ count: 4, share: 1, kappa: undefined });
  expect(agreement([])).toEqual({ count: 0, share: 0, kappa: undefined });
});
