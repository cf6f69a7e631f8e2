import { describe, expect, it } from "vitest";
import { matrix } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { balancedClusters } from "./balanced-clusters.ts";
import { codeItems } from "./item-codes.ts";

/** Points around `centres` corners of a cube. */
function blobs(perCentre: number, centres: number) {
  const random = Random.of(4);
  const data = Float32Array.from({ length: perCentre * centres * 3 }, (_, i) => {
    const centre = Math.floor(i / 3) % centres;
    return 10 * ((centre >> (i % 3)) & 1) + random.normal() * 0.1;
  });
  return matrix(perCentre * centres, 3, data);
}

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
