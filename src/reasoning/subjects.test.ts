import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { trainingLists, wholeSequences } from "../data/index.ts";
import { HISTORY_ITEMS } from "./settings.ts";
import { historyOf, historySubset } from "./subjects.ts";

const sequences = fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 40 }).map((items) => Int32Array.from(items));

describe("a user's history subset", () => {
  it("holds min(10, n) distinct training items in their order", () => {
    fc.assert(
      fc.property(sequences, fc.string(), fc.integer(), (train, user, seed) => {
        const subset = historySubset(train, user, { seed });
        expect(subset).toHaveLength(Math.min(HISTORY_ITEMS, train.length));
        const positions = subset.map((item) => train.indexOf(item));
        expect(positions).not.toContain(-1);
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
      }),
    );
  });

  it("is the last items, or of the whole sequence, where that is asked", () => {
    const train = Int32Array.from({ length: 40 }, (_, i) => i);
    expect(historySubset(train, "ann", { seed: 1, historyItems: 3, historyPart: "last" })).toEqual([37, 38, 39]);
    const dataset = { users: ["ann"], sequences: wholeSequences([Int32Array.of(4, 5, 6, 7)]) };
    const split = { prefixes: trainingLists([Int32Array.of(4, 5)]) };
    expect(historyOf(dataset, split, 0, { seed: 1 })).toEqual([4, 5]);
    expect(historyOf(dataset, split, 0, { seed: 1, historySource: "full" })).toEqual([4, 5, 6, 7]);
  });

  it("depends on the seed and the user, and on nothing else", () => {
    const train = Int32Array.from({ length: 40 }, (_, i) => i);
    expect(historySubset(train, "ann", { seed: 1 })).toEqual(historySubset(train, "ann", { seed: 1 }));
    expect(historySubset(train, "ann", { seed: 1 })).not.toEqual(historySubset(train, "ann", { seed: 2 }));
    expect(historySubset(train, "ann", { seed: 1 })).not.toEqual(historySubset(train, "bob", { seed: 1 }));
  });
});
