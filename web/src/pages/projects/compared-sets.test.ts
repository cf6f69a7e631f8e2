import { describe, expect, it } from "vitest";
import { comparedSets, spreadWords } from "./compared-sets.ts";

/** As `isrf study compare` writes it, with one cell for each system. */
const comparison = (...cells: readonly object[]) => ({
  systems: cells.map((_, at) => ({ label: `system ${at}` })),
  reference: 0,
  datasets: [{}],
  questions: [{ question: "all-items", columns: [{ dataset: "shop", metric: "HR@10", cells }] }],
});
const seeds = { value: 0.3, deviation: 0.1, values: [0.2, 0.3, 0.4] };
const single = { value: 0.3, values: [0.3], low: 0.25, high: 0.35 };

describe("a stored comparison", () => {
  it("draws several seeds from the lowest to the highest, and one training with its interval over users", () => {
    const [set] = comparedSets(comparison(seeds, single, { value: 0.1, values: [0.1] }));
    expect(set!.question).toBe("all items");
    expect(set!.systems.map(({ measured }) => measured["HR@10"])).toEqual([
      { value: 0.3, low: 0.2, high: 0.4, isOverSeeds: true },
      { value: 0.3, low: 0.25, high: 0.35 },
      { value: 0.1 },
    ]);
  });

  it("says which of the two its lines are", () => {
    const words = (...cells: readonly object[]) => spreadWords(comparedSets(comparison(...cells)));
    expect(words(seeds)).toBe("the line reaches from the lowest seed to the highest");
    expect(words(single)).toBe("the line is the 95 % interval over users");
    expect(words(seeds, single)).toBe(
      "the line reaches from the lowest seed to the highest; of a system measured once, the line is the 95 % interval over users",
    );
    expect(words({ value: 0.1, values: [0.1] })).toBe("nothing is known of how far they vary");
  });
});
