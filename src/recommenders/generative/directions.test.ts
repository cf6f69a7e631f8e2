import { expect, it } from "vitest";
import { matrix, rms } from "../../base/typed-arrays.ts";
import { directions } from "./directions.ts";

it("are rows apart from their mean, all of one length", () => {
  const table = matrix(3, 2, Float32Array.of(4, 1, 2, 1, 3, 7));
  // Mean (3, 3): apart are (1, -2), (-1, -2), (0, 4).
  const found = directions(table);
  const scale = Math.sqrt(2 / 5);
  [1, -2, -1, -2].forEach((x, i) => {
    expect(found[i]).toBeCloseTo(x * scale, 5);
  });
  expect(found[4]).toBeCloseTo(0, 5);
  expect(found[5]).toBeCloseTo(Math.SQRT2, 5);
  for (const at of [0, 2, 4]) expect(rms(found.subarray(at, at + 2))).toBeCloseTo(1, 5);
  expect(table.data[0]).toBe(4);
});

it("leave a row at the mean where it is", () => {
  expect(Array.from(directions(matrix(2, 2, Float32Array.of(5, 5, 5, 5))))).toEqual([0, 0, 0, 0]);
});
