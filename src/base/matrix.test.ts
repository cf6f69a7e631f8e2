import { expect, test } from "vitest";
import { cosine, cosines, matrix, row } from "./matrix.ts";
import { Random } from "./random.ts";

test("cosines with all rows are those with each, and 0 with a row of zeros", () => {
  const rows = matrix(6, 5, Random.of(2).normals(30));
  row(rows, 3).fill(0);
  const vector = Random.of(4).normals(5);
  const each = Array.from({ length: rows.rows }, (_, at) => cosine(vector, row(rows, at)));
  expect(cosines(vector, rows)).toEqual(Float32Array.from(each));
  expect(cosines(vector, rows)[3]).toBe(0);
  expect(cosines(new Float32Array(5), rows)).toEqual(new Float32Array(6));
});
