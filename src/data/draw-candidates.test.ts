import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { candidateDamage } from "./candidates.ts";
import { drawCandidates, negativesPerUser } from "./draw-candidates.ts";
import { wholeSequences } from "./lists.ts";
import { splitLeaveLastTwo } from "./split.ts";

function splitOf(sequences: readonly Int32Array[], nItems: number) {
  const items = Array.from({ length: nItems }, (_, k) => ({ itemId: String(k), sourceNumber: k + 1 }));
  return splitLeaveLastTwo({
    directory: "memory",
    users: sequences.map((_, u) => String(u)),
    items,
    sequences: wholeSequences(sequences),
  });
}

const shops = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 29 }), { minLength: 3, maxLength: 12 }).map((list) => Int32Array.from(list)),
  { minLength: 1, maxLength: 8 },
);

describe("drawCandidates", () => {
  it("draws distinct items that the user does not own, for both kinds", () => {
    fc.assert(
      fc.property(shops, fc.constantFrom("uniform" as const, "popularity" as const), (sequences, kind) => {
        const perUser = negativesPerUser(sequences, 30);
        const negatives = drawCandidates(splitOf(sequences, 30), sequences, kind, "test", perUser);
        expect(candidateDamage(negatives, perUser, sequences, 30)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  it("draws popular items more often for the popularity kind only", () => {
    // Item 0 is in every training prefix of the first 40 users; the last user owns neither it nor items 1..39.
    const sequences = Array.from({ length: 40 }, (_, u) => Int32Array.of(0, 1 + u, 50 + u, 100 + u));
    for (let u = 0; u < 40; u++) sequences.push(Int32Array.of(150, 151, 152, 153));
    const split = splitOf(sequences, 1000);
    const share = (kind: "uniform" | "popularity") => {
      const drawn = drawCandidates(split, sequences, kind, "test", 5).subarray(40 * 5);
      return drawn.filter((item) => item === 0).length / 40;
    };
    // 40 of 160 training pairs are item 0, 80 are the user's own: each draw hits it with 1/2; uniformly with 1/1000.
    expect(share("popularity")).toBeGreaterThan(0.8);
    expect(share("uniform")).toBeLessThan(0.1);
  });

  it("draws the same set again and another one for the other split", () => {
    const sequences = [Int32Array.of(0, 1, 2), Int32Array.of(3, 4, 5)];
    const split = splitOf(sequences, 500);
    const test = drawCandidates(split, sequences, "uniform", "test", 99);
    expect(drawCandidates(split, sequences, "uniform", "test", 99)).toEqual(test);
    expect(drawCandidates(split, sequences, "uniform", "valid", 99)).not.toEqual(test);
  });

  it("lowers the number of negatives in a small catalogue", () => {
    expect(negativesPerUser([Int32Array.of(0, 1, 2)], 1000)).toBe(99);
    expect(negativesPerUser([Int32Array.of(0, 1, 2), Int32Array.of(0, 1, 2, 3)], 20)).toBe(16);
  });
});

describe("candidateDamage", () => {
  const sequences = [Int32Array.of(0, 1, 2)];
  it.each([
    ["an owned item", [3, 1], "owns"],
    ["a repeated item", [3, 3], "twice"],
    ["an unknown item", [3, 9], "unknown"],
  ])("finds %s", (_, negatives, word) => {
    expect(candidateDamage(Int32Array.from(negatives), 2, sequences, 6)).toContain(word);
  });
});
