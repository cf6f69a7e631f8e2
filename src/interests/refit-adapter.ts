// The adapter on texts whose vectors were made anew: reduced embeddings of a later version of the data have other axes,
// so that the weights of the earlier one mean nothing on them. What can be kept is what came out: the affine map from
// the new vectors that comes nearest to the known items' adapted vectors (least squares), written as the adapter's two
// layers.

import { solveLeastSquares } from "../base/least-squares.ts";
import { type Matrix, matrix, row } from "../base/matrix.ts";
import type { Parameters } from "../engine/index.ts";

/** Rows of `embeddings` [n, d_m] through the adapter whose values `valueNamed` gives: [n, d]. */
export function adaptedRows(valueNamed: (name: string) => Float32Array, embeddings: Matrix): Matrix {
  const [w1, b1, w2, b2] = ["w1", "b1", "w2", "b2"].map((name) => valueNamed(`adapter.${name}`)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [hidden, d] = [b1.length, b2.length];
  const inner = through(matrix(hidden, embeddings.columns, w1), b1, embeddings);
  return through(matrix(d, hidden, w2), b2, inner);
}

/** x W^T + b for every row. */
function through(w: Matrix, b: Float32Array, x: Matrix): Matrix {
  const out = matrix(x.rows, w.rows);
  for (let r = 0; r < x.rows; r++) {
    const [from, to] = [row(x, r), row(out, r)];
    for (let j = 0; j < w.rows; j++) {
      let sum = b[j]!;
      for (let c = 0; c < w.columns; c++) sum += w.data[j * w.columns + c]! * from[c]!;
      to[j] = sum;
    }
  }
  return out;
}

/**
 * Set the adapter among `parameters` such that it takes row `rows[i]` of `embeddings` near row i of `targets`.
 * The layers keep what a fresh start gave them where the map does not need them: zeros in both would never learn.
 */
export function refitAdapter(
  parameters: Parameters,
  embeddings: Matrix,
  rows: readonly number[],
  targets: Matrix,
): void {
  const inputs = matrix(rows.length, embeddings.columns);
  rows.forEach((from, to) => {
    row(inputs, to).set(row(embeddings, from));
  });
  const { weights, intercept } = solveLeastSquares(inputs, targets); // [d, d_m], [d]
  const [w1, b1, w2, b2] = ["w1", "b1", "w2", "b2"].map((name) => parameters.get(`adapter.${name}`).front.value) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [hidden, dm, d] = [b1.length, embeddings.columns, targets.columns];
  b1.fill(0);
  w2.fill(0);
  b2.set(intercept);
  if (dm <= d) {
    // W1 = [I; fresh], W2 = [map, 0]
    for (let i = 0; i < dm; i++) for (let c = 0; c < dm; c++) w1[i * dm + c] = Number(i === c);
    for (let j = 0; j < d; j++) w2.set(row(weights, j), j * hidden);
  } else {
    // W1 = [map; fresh], W2 = [I, 0]
    w1.set(weights.data);
    for (let j = 0; j < d; j++) w2[j * hidden + j] = 1;
  }
}
