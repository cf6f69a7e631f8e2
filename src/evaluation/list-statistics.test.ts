import { describe, expect, it } from "vitest";
import { ShownItems } from "./list-statistics.ts";

describe("statistics of lists", () => {
  // Four items, two lists cut at 2: items 0 and 1 shown, 0 twice, 1 once, 2 once. Owners 3, 1, 0, 0 of 7 users:
  // bits log2(8/4) = 1, log2(8/2) = 2, log2(8/1) = 3. Novelty (2 * 1 + 2 + 3) / 4 = 1.75.
  // Gini of 0 1 1 2: ((-3) 0 + (-1) 1 + 1 * 1 + 3 * 2) / (4 * 4) = .375.
  it("are those worked by hand", () => {
    const shown = new ShownItems(4, 2);
    shown.add(Int32Array.of(0, 1, 3));
    shown.add(Int32Array.of(0, 2));
    expect(shown.statistics(Int32Array.of(3, 1, 0, 0), 7)).toEqual({
      k: 2,
      coverage: 0.75,
      novelty: 1.75,
      gini: 0.375,
    });
  });

  it("are absent when nothing was shown", () => {
    expect(new ShownItems(4, 10).statistics(new Int32Array(4), 3)).toBeUndefined();
  });
});
