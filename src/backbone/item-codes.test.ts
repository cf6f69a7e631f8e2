import { describe, expect, it } from "vitest";
import { matrix, rms } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { balancedClusters } from "./balanced-clusters.ts";
import { codeItems, type ItemCodes, levelSizes, levelStarts } from "./item-codes.ts";

/** Points around `centres` corners of a cube. */
function blobs(perCentre: number, centres: number) {
  const random = Random.of(4);
  const data = Float32Array.from({ length: perCentre * centres * 3 }, (_, i) => {
    const centre = Math.floor(i / 3) % centres;
    return 10 * ((centre >> (i % 3)) & 1) + random.normal() * 0.1;
  });
  return matrix(perCentre * centres, 3, data);
}

const spelt = ({ tokens, width }: ItemCodes): string[] =>
  Array.from({ length: tokens.length / width }, (_, i) => tokens.subarray(i * width, (i + 1) * width).join("-"));

describe("item codes", () => {
  it("are unique pairs inside the vocabulary, equal for equal seeds", async () => {
    const vectors = matrix(300, 4, Random.of(1).normals(1200));
    const codes = await codeItems(vectors, Random.of(2));
    const pairs = new Set(Array.from({ length: 300 }, (_, i) => `${codes.tokens[2 * i]}-${codes.tokens[2 * i + 1]}`));
    expect(pairs.size).toBe(300);
    expect(Math.max(...codes.tokens)).toBeLessThan(codes.vocabulary);
    expect(Math.min(...codes.tokens)).toBeGreaterThanOrEqual(5);
    expect((await codeItems(vectors, Random.of(2))).tokens).toEqual(codes.tokens);
  });

  it.each([3, 4])("of %i tokens are unique, and equal for equal seeds", async (width) => {
    const vectors = matrix(300, 4, Random.of(1).normals(1200));
    const codes = await codeItems(vectors, Random.of(2), width);
    expect(codes.tokens).toHaveLength(300 * width);
    expect(new Set(spelt(codes)).size).toBe(300);
    expect((await codeItems(vectors, Random.of(2), width)).tokens).toEqual(codes.tokens);
    // A token says its level.
    const starts = levelStarts(levelSizes(300, width));
    for (const [i, token] of codes.tokens.entries()) {
      expect(token).toBeGreaterThanOrEqual(starts[i % width]!);
      expect(token).toBeLessThan(starts[1 + (i % width)]!);
    }
    expect(codes.vocabulary).toBe(starts.at(-1));
  });

  it("of three tokens describe a vector level by level: their centroids add up to nearly it", async () => {
    const vectors = blobs(12, 8);
    const { tokens, width, centroids = [] } = await codeItems(vectors, Random.of(3), 3);
    const starts = levelStarts(centroids.map(({ rows }) => rows));
    const left = [0, 1, 2].map((levels) => {
      const rest = vectors.data.slice();
      for (let r = 0; r < vectors.rows; r++)
        for (let l = 0; l <= levels; l++)
          for (let j = 0; j < 3; j++)
            rest[3 * r + j]! -= centroids[l]!.data[3 * (tokens[r * width + l]! - starts[l]!) + j]!;
      return rms(rest);
    });
    expect(left[0]).toBeLessThan(0.3 * rms(vectors.data));
    expect(left[1]).toBeLessThan(left[0]!);
    expect(left[2]).toBeLessThan(2 * left[1]!);
  });

  it("give neighbours the same first token more often than strangers", async () => {
    const codes = await codeItems(blobs(12, 8), Random.of(3));
    const isShared = (a: number, b: number) => codes.tokens[2 * a] === codes.tokens[2 * b];
    const near = Array.from({ length: 88 }, (_, i) => isShared(i, i + 8)).filter(Boolean).length / 88;
    const far = Array.from({ length: 88 }, (_, i) => isShared(i, i + 1)).filter(Boolean).length / 88;
    expect(near).toBeGreaterThan(0.4);
    expect(far).toBeLessThan(0.1);
  });
});

describe("balanced clusters", () => {
  it("never exceed the capacity", async () => {
    const { assignment } = await balancedClusters(blobs(10, 2), 4, 6, 5, Random.of(1));
    const sizes = [0, 1, 2, 3].map((c) => assignment.filter((a) => a === c).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6);
    expect(sizes.reduce((a, b) => a + b)).toBe(20);
  });

  it("refuse an impossible capacity", async () => {
    await expect(balancedClusters(blobs(10, 2), 4, 4, 5, Random.of(1))).rejects.toThrow("cannot hold 20 rows");
  });
});
