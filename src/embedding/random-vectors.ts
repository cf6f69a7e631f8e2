// A control, not an encoder: vectors that know nothing of the texts. What a model gains over them is what texts give.
import { type Matrix, matrix, normaliseRows } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";

/** `rows` directions drawn uniformly from the unit sphere: [rows, dimensions], unit length. */
export function randomVectors(rows: number, dimensions: number, random: Random): Matrix {
  return normaliseRows(matrix(rows, dimensions, random.normals(rows * dimensions)));
}
