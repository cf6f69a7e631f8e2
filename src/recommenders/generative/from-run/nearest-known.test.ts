import { expect, test } from "vitest";
import { matrix } from "../../../base/matrix.ts";
import { fillFromNearest } from "./nearest-known.ts";

test("a new item's row is the mean of the five known ones of nearest texts; the others stay", async () => {
  const angles = [0, 0.1, 0.2, 0.3, 0.4, 3, 0.05];
  const texts = matrix(7, 2, Float32Array.from(angles.flatMap((angle) => [2 * Math.cos(angle), 2 * Math.sin(angle)])));
  const rows = Float32Array.of(1, 2, 3, 4, 5, 100, -1, 7);
  await fillFromNearest(rows, 1, { from: Int32Array.of(0, 1, 2, 3, 4, 5, -1), before: 6 }, texts);
  expect([...rows]).toEqual([1, 2, 3, 4, 5, 100, 3, 7]);
});

test("where no item is known, nothing is written", async () => {
  const rows = Float32Array.of(1, 2);
  await fillFromNearest(rows, 1, { from: Int32Array.of(-1, -1), before: 0 }, matrix(2, 1, Float32Array.of(1, 1)));
  expect([...rows]).toEqual([1, 2]);
});
