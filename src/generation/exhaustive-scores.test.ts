import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableDecoder, tinyDecoder } from "../../test/support/tiny-decoder.ts";
import { beamSearch } from "./beam-search.ts";
import { exhaustiveScores } from "./exhaustive-scores.ts";
import { PrefixTree } from "./prefix-tree.ts";

const END = 1;

describe("exhaustiveScores", () => {
  it("equals a beam search that is wide enough, for every width of its calls", async () => {
    const sequences = fc.uniqueArray(fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 3 }), {
      minLength: 3,
      maxLength: 15,
      selector: (tokens) => tokens.join(" "),
    });
    await fc.assert(
      fc.asyncProperty(sequences, fc.nat(1e6), fc.integer({ min: 1, max: 5 }), async (all, seed, width) => {
        const decoder = tinyDecoder(7, seed, 4096);
        const tree = PrefixTree.of(
          all.map((tokens) => [...tokens, END]),
          END,
        );
        const trees = [tree.restrictedTo([0, 2]), tree];
        const exact = await exhaustiveScores({ trees, vocabulary: 7, step: decoder.step, width });
        const beams = await beamSearch({
          rows: 2,
          beams: all.length,
          vocabulary: 7,
          endToken: END,
          step: decoder.step,
          constraints: trees.map((each) => ({ tree: each })),
        });
        exact.forEach((list, row) => {
          expect(list.scores.length).toBe(trees[row]!.leafCount);
          list.scores.forEach((score, i) => {
            expect(score).toBeCloseTo(beams[row]![i]!.score, 5);
          });
          expect([...list.items].sort()).toEqual(beams[row]!.map((h) => h.item).sort());
        });
      }),
      { numRuns: 60 },
    );
  });

  // Sums worked by hand: item 0 = "2 3" -0.1-0.2-0.3 = -0.6 over 3; item 1 = "4" -0.4-0.5 = -0.9 over 2.
  it("sums log-probabilities up to the end token and divides by length^penalty", async () => {
    const step = tableDecoder(5, { "": { 2: -0.1, 4: -0.4 }, "2": { 3: -0.2 }, "4": { 1: -0.5 }, "2 3": { 1: -0.3 } });
    const trees = [
      PrefixTree.of(
        [
          [2, 3, END],
          [4, END],
        ],
        END,
      ),
    ];
    const [list] = await exhaustiveScores({ trees, vocabulary: 5, step });
    expect([...list!.items]).toEqual([0, 1]);
    expect(list!.scores[0]).toBeCloseTo(-0.2, 6);
    expect(list!.scores[1]).toBeCloseTo(-0.45, 6);
  });
});
