import { describe, expect, it } from "vitest";
import { bucketTable, relativeBucket } from "./relative-position.ts";

const encoder = { buckets: 32, maxDistance: 128, bidirectional: true };
const decoder = { buckets: 32, maxDistance: 128, bidirectional: false };

describe("relative-position buckets", () => {
  // Values of Hugging Face's _relative_position_bucket.
  it.each([
    [-1, 1],
    [1, 17],
    [-7, 7],
    [-8, 8],
    [-127, 15],
    [-500, 15],
    [8, 24],
  ])("puts encoder distance %i into bucket %i", (delta, bucket) => {
    expect(relativeBucket(delta, encoder)).toBe(bucket);
  });

  it.each([
    [-1, 1],
    [0, 0],
    [3, 0],
    [-15, 15],
    [-16, 16],
    [-128, 31],
  ])("puts decoder distance %i into bucket %i", (delta, bucket) => {
    expect(relativeBucket(delta, decoder)).toBe(bucket);
  });

  it("lists queries by row and keys by column", () => {
    expect([...bucketTable(2, 2, encoder)]).toEqual([0, 17, 1, 0]);
  });
});
