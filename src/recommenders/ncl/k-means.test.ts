import { expect, it } from "vitest";
import { matrix } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { kMeans } from "./k-means.ts";

it("finds two far heaps and puts the centroids at their means", async () => {
  const points = matrix(5, 1, Float32Array.of(0, 1, 2, 100, 102));
  const options = { count: 2, iterations: 10, rowsPerCluster: 10 };
  const { centroids, assignment } = await kMeans(points, options, Random.of(4));
  expect([...centroids.data].sort((a, b) => a - b)).toEqual([1, 101]);
  expect(new Set(assignment.slice(0, 3)).size).toBe(1);
  expect(assignment[3]).toBe(assignment[4]);
  expect(assignment[0]).not.toBe(assignment[3]);
});

it("starts an empty cluster again inside the largest one", async () => {
  // Four equal points and one other: two of three starts may coincide, yet both values end up as centroids.
  const points = matrix(5, 1, Float32Array.of(7, 7, 7, 7, 9));
  const options = { count: 3, iterations: 5, rowsPerCluster: 10 };
  const { centroids } = await kMeans(points, options, Random.of(1));
  expect(new Set(centroids.data)).toEqual(new Set([7, 9]));
});
