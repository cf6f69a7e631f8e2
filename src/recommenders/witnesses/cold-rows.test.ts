import { expect, test } from "vitest";
import { matrix, normaliseRows, row } from "../../base/matrix.ts";
import { coldItems, rowsOfCold, withRows } from "./cold-rows.ts";

const texts = normaliseRows(matrix(4, 2, Float32Array.of(1, 0, 0, 1, 1, 1, -1, 0)));
const rows = matrix(4, 1, Float32Array.of(10, 20, 99, 99));
const counts = Int32Array.of(3, 1, 0, 0);

test("an item that nobody took is the mean of those whose texts are near, weighed by the cosine", () => {
  expect([...coldItems(counts)]).toEqual([2, 3]);
  const made = rowsOfCold(Int32Array.of(2, 3), rows, texts, counts);
  expect(made.data[0]).toBeCloseTo(15, 5);
  // No text is near the last one's: it stays at nothing.
  expect(made.data[1]).toBe(0);
});

test("rows that are known stay as they are, and the given matrix is not written to", () => {
  const out = withRows(rows, Int32Array.of(2), matrix(1, 1, Float32Array.of(5)));
  expect([...out.data]).toEqual([10, 20, 5, 99]);
  expect(row(rows, 2)[0]).toBe(99);
});
