import { describe, expect, it } from "vitest";
import { rateFactor } from "./schedule.ts";

describe("the learning-rate factor", () => {
  it("rises linearly over the warm-up", () => {
    expect([0, 1, 3].map((step) => rateFactor(step, "constant", 4, 100))).toEqual([0.25, 0.5, 1]);
  });

  it("stays constant or falls to a tenth at the last step", () => {
    expect(rateFactor(99, "constant", 4, 100)).toBe(1);
    expect(rateFactor(50, "cosine", 0, 100)).toBeCloseTo(0.55);
    expect(rateFactor(100, "cosine", 0, 100)).toBeCloseTo(0.1);
  });
});
