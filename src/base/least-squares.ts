// Least squares with or without an intercept and with a little ridge, by Cholesky's decomposition of the normal
// equations.
import { type Matrix, matrix, row } from "./matrix.ts";

/** Ridge relative to the mean square of an input: enough for inputs that depend on each other. */
const RIDGE = 1e-4;

/**
 * `weights` [targets' columns, inputs' columns] and `intercept` such that targets = inputs weights^T + intercept, which
 * is 0 unless it is asked for.
 */
export function solveLeastSquares(
  inputs: Matrix,
  targets: Matrix,
  { hasIntercept = true }: { readonly hasIntercept?: boolean } = {},
): { readonly weights: Matrix; readonly intercept: Float32Array } {
  const [n, p, q] = [inputs.rows, inputs.columns, targets.columns];
  const middle = (m: Matrix) => (hasIntercept ? columnMeans(m) : new Float64Array(m.columns));
  const [x, y] = [middle(inputs), middle(targets)];
  const gram = new Float64Array(p * p);
  const right = new Float64Array(p * q);
  const centred = new Float64Array(p);
  for (let r = 0; r < n; r++) {
    const [from, to] = [row(inputs, r), row(targets, r)];
    for (let i = 0; i < p; i++) centred[i] = from[i]! - x[i]!;
    for (let i = 0; i < p; i++) {
      for (let j = 0; j <= i; j++) gram[i * p + j]! += centred[i]! * centred[j]!;
      for (let j = 0; j < q; j++) right[i * q + j]! += centred[i]! * (to[j]! - y[j]!);
    }
  }
  let trace = 0;
  for (let i = 0; i < p; i++) trace += gram[i * p + i]!;
  for (let i = 0; i < p; i++) gram[i * p + i]! += (RIDGE * trace) / p + Number.MIN_VALUE;
  factorise(gram, p);
  substitute(gram, right, p, q);
  const weights = matrix(q, p);
  const intercept = Float32Array.from(y);
  for (let j = 0; j < q; j++) {
    for (let i = 0; i < p; i++) {
      weights.data[j * p + i] = right[i * q + j]!;
      intercept[j]! -= right[i * q + j]! * x[i]!;
    }
  }
  return { weights, intercept };
}

function columnMeans(m: Matrix): Float64Array {
  const means = new Float64Array(m.columns);
  for (let r = 0; r < m.rows; r++) {
    row(m, r).forEach((value, c) => {
      means[c]! += value / m.rows;
    });
  }
  return means;
}

/** The lower triangle of `a` [p, p] becomes L with L L^T = a. */
function factorise(a: Float64Array, p: number): void {
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * p + j]!;
      for (let c = 0; c < j; c++) sum -= a[i * p + c]! * a[j * p + c]!;
      a[i * p + j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[j * p + j]!;
    }
  }
}

/** `b` [p, q] becomes x with L L^T x = b. */
function substitute(l: Float64Array, b: Float64Array, p: number, q: number): void {
  for (let column = 0; column < q; column++) {
    for (let i = 0; i < p; i++) {
      let sum = b[i * q + column]!;
      for (let c = 0; c < i; c++) sum -= l[i * p + c]! * b[c * q + column]!;
      b[i * q + column] = sum / l[i * p + i]!;
    }
    for (let i = p - 1; i >= 0; i--) {
      let sum = b[i * q + column]!;
      for (let c = i + 1; c < p; c++) sum -= l[c * p + i]! * b[c * q + column]!;
      b[i * q + column] = sum / l[i * p + i]!;
    }
  }
}
