import { expect, it } from "vitest";
import { holm } from "./holm.ts";

// By hand: sorted .005, .01, .03, .04 times 4, 3, 2, 1 = .02, .03, .06, .04; never falling: .02, .03, .06, .06.
// R's p.adjust(c(.01, .04, .03, .005), "holm") gives 0.03 0.06 0.06 0.02.
it("gives the adjusted values worked by hand, in the order given", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((value, i) => {
    expect(adjusted[i]).toBeCloseTo(value, 12);
  });
});

it("never exceeds 1 and leaves a single test alone", () => {
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([])).toEqual([]);
});
