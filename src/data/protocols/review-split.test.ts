import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { heldOutPairs } from "./held-out-pairs.ts";
import { simulateReviewSplit } from "./review-split.ts";

const N_ITEMS = 400;
const random = Random.of(3, "sequences");
const sequences = Array.from({ length: 2000 }, () => {
  const items = new Set<number>();
  while (items.size < 8) items.add(random.below(N_ITEMS));
  return Int32Array.from(items);
});

describe("the simulated review split", () => {
  const all = simulateReviewSplit(sequences, N_ITEMS, { seed: 1, explained: 1 });

  it("puts exactly 80 % of the pairs into training, each user's in the user's order", () => {
    expect(all.reduce((sum, items) => sum + items.length, 0)).toBe(Math.round(0.8 * 2000 * 8));
    all.forEach((items, user) => {
      const places = Array.from(items, (item) => sequences[user]!.indexOf(item));
      expect(places).toEqual([...places].sort((a, b) => a - b));
    });
  });

  it("leaves no user and no item without a training review", () => {
    expect(all.every((items) => items.length > 0)).toBe(true);
    expect(new Set(all.flatMap((items) => [...items])).size).toBe(N_ITEMS);
  });

  // P5's rule does not look at time: a test pair is as likely in training as any other.
  // 2000 users, .8 * .669 = .535; three standard deviations are .033.
  it("leaks as large a share of the test pairs as it keeps of all pairs", () => {
    const kept = simulateReviewSplit(sequences, N_ITEMS, { seed: 1, explained: 0.669 });
    expect(kept.reduce((sum, items) => sum + items.length, 0) / 16_000).toBeCloseTo(0.535, 1);
    const place = (at: number) => Int32Array.from(sequences, (items) => items[at]!);
    const leaked = heldOutPairs(kept, { test: place(7), valid: place(6) });
    expect(Math.abs(leaked.testUsers / 2000 - 0.535)).toBeLessThan(0.033);
    expect(Math.abs(leaked.validUsers / 2000 - 0.535)).toBeLessThan(0.033);
  });

  it("is the same for the same seed and another for another", () => {
    const again = simulateReviewSplit(sequences, N_ITEMS, { seed: 1, explained: 1 });
    expect(again).toEqual(all);
    expect(simulateReviewSplit(sequences, N_ITEMS, { seed: 2, explained: 1 })).not.toEqual(all);
  });
});
