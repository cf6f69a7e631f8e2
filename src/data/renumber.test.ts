import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { renumberItems, translate } from "./renumber.ts";

/** Users' sequences of 3 to 8 distinct items out of 20. */
const shops = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 19 }), { minLength: 3, maxLength: 8 }).map((list) => Int32Array.from(list)),
  { minLength: 1, maxLength: 10 },
);

describe("renumberItems", () => {
  it("numbers training items by first appearance, worked by hand", () => {
    const sequences = [Int32Array.of(4, 2, 0, 1), Int32Array.of(3, 4, 2, 0)];
    const numbers = renumberItems(sequences, 5, 1);
    // Training prefixes: 4 2 | 3 4 -> 4, 2, 3 get 0, 1, 2; items 0 and 1 are held out only.
    expect([numbers[4], numbers[2], numbers[3]]).toEqual([0, 1, 2]);
    expect([numbers[0], numbers[1]].sort()).toEqual([3, 4]);
  });

  it("is a permutation", () => {
    fc.assert(
      fc.property(shops, fc.integer(), (sequences, seed) => {
        const numbers = Array.from(renumberItems(sequences, 20, seed)).sort((a, b) => a - b);
        expect(numbers).toEqual(Array.from({ length: 20 }, (_, k) => k));
      }),
    );
  });

  it("gives training items the same numbers whatever is held out", () => {
    fc.assert(
      fc.property(shops, fc.integer({ min: 0, max: 19 }), (sequences, replacement) => {
        const mutated = sequences.map((sequence) => {
          const copy = sequence.slice();
          copy.fill(replacement, copy.length - 2);
          return copy;
        });
        const before = renumberItems(sequences, 20, 7);
        const after = renumberItems(mutated, 20, 7);
        const trained = new Set(sequences.flatMap((sequence) => Array.from(sequence.subarray(0, -2))));
        for (const item of trained) expect(after[item]).toBe(before[item]);
        for (const item of trained) expect(after[item]).toBeLessThan(trained.size);
      }),
    );
  });

  it("orders held-out-only items by the seed", () => {
    const sequences = [Int32Array.from({ length: 20 }, (_, k) => k)];
    expect(renumberItems(sequences, 60, 1)).toEqual(renumberItems(sequences, 60, 1));
    expect(renumberItems(sequences, 60, 1)).not.toEqual(renumberItems(sequences, 60, 2));
  });

  it("translates a sequence without changing it", () => {
    const sequence = Int32Array.of(2, 0);
    expect(translate(sequence, Int32Array.of(5, 6, 7))).toEqual(Int32Array.of(7, 5));
    expect(sequence).toEqual(Int32Array.of(2, 0));
  });
});
