import { describe, expect, it } from "vitest";
import { bucketMetrics, bucketsOf, POPULARITY_STARTS } from "./buckets.ts";

describe("buckets", () => {
  const counts = Int32Array.of(0, 3, 7, 0, 200, 4);

  it("sort every user into one range and leave empty ranges out", () => {
    const buckets = bucketsOf(counts, POPULARITY_STARTS);
    expect(buckets.map(({ label, members }) => [label, [...members]])).toEqual([
      ["0", [0, 3]],
      ["1-4", [1, 5]],
      ["5-9", [2]],
      ["50+", [4]],
    ]);
  });

  it("average their members alone", () => {
    const ranks = { first: Int32Array.of(1, 0, 0, 3, 1, 1), tied: Int32Array.of(1, 0, 0, 1, 1, 2) };
    const [cold, rare] = bucketsOf(counts, POPULARITY_STARTS);
    expect(bucketMetrics(ranks, cold!)["HR@1"]).toBe(0.5);
    expect(bucketMetrics(ranks, cold!)["HR@5"]).toBe(1);
    expect(bucketMetrics(ranks, rare!)["HR@1"]).toBe(0.25);
  });
});
