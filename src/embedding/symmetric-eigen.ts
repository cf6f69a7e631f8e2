// Eigenvectors of a symmetric matrix: Householder tridiagonalisation, implicit QL with Wilkinson shifts, and
// back-transformation of the wanted vectors (Golub and Van Loan, Matrix Computations, 4th ed., 8.3). Doubles throughout.
import { InputError, internal } from "../base/errors.ts";

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** `vectors[j]`: unit eigenvector of `values[j]`. */
  readonly vectors: readonly Float64Array[];
}

const SWEEP_LIMIT = 60;

/**
 * The `count` largest eigenvalues of a symmetric n x n matrix (row-major, destroyed) and their vectors. About 7 n^3
 * operations: seconds for n = 1024.
 * @throws InputError for values that are not finite.
 */
export function largestEigen(a: Float64Array, n: number, count = n): Eigen {
  const wrong = a.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new InputError({ where: "eigenvalues", found: `${a[wrong]} in the matrix`, expected: "finite numbers" });
  }
  const { diagonal, offDiagonal, reflectors } = tridiagonalise(a, n);
  const rotated = diagonalise(diagonal, offDiagonal);
  const order = [...diagonal.keys()].sort((i, j) => diagonal[j]! - diagonal[i]!).slice(0, count);
  const vectors = order.map((j) => backTransform(rotated[j]!, reflectors));
  return { values: Float64Array.from(order, (j) => diagonal[j]!), vectors };
}

interface Reflector {
  /** H = I - beta v v^T, v zero up to and including `column`. */
  readonly column: number;
  readonly beta: number;
  readonly v: Float64Array;
}

function tridiagonalise(a: Float64Array, n: number) {
  const offDiagonal = new Float64Array(n);
  const reflectors: Reflector[] = [];
  const p = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    const { v, beta, alpha } = householder(a.subarray(k * n, (k + 1) * n), k + 1);
    offDiagonal[k] = alpha;
    if (beta === 0) continue;
    reflectors.push({ column: k, beta, v });
    // p = beta A v, w = p - (beta/2)(p.v) v, A <- A - v w^T - w v^T on the trailing block.
    let pv = 0;
    for (let i = k + 1; i < n; i++) {
      const at = i * n;
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[at + j]! * v[j]!;
      p[i] = beta * sum;
      pv += p[i]! * v[i]!;
    }
    const shift = (beta / 2) * pv;
    for (let i = k + 1; i < n; i++) p[i]! -= shift * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const [at, vi, wi] = [i * n, v[i]!, p[i]!];
      for (let j = k + 1; j < n; j++) a[at + j]! -= vi * p[j]! + wi * v[j]!;
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]!);
  return { diagonal, offDiagonal, reflectors };
}

/** The reflection that maps x[from..] onto (alpha, 0, ..., 0). */
function householder(x: Float64Array, from: number) {
  const v = new Float64Array(x.length);
  let tail = 0;
  for (let i = from + 1; i < x.length; i++) tail += x[i]! * x[i]!;
  const head = x[from]!;
  if (tail === 0) return { v, beta: 0, alpha: head };
  const alpha = -Math.sign(head || 1) * Math.sqrt(head * head + tail);
  v.set(x.subarray(from), from);
  v[from] = head - alpha;
  return { v, beta: 2 / (v[from]! * v[from]! + tail), alpha };
}

/** Eigenvectors, as rows, of the tridiagonal matrix; `d` becomes the eigenvalues, `e` is destroyed. */
function diagonalise(d: Float64Array, e: Float64Array): Float64Array[] {
  const n = d.length;
  const z = Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1));
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!));
  const negligible = Number.EPSILON * norm;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > negligible) m++;
      if (m === l) break;
      if (sweep === SWEEP_LIMIT) throw internal(`eigenvalue ${l} of ${n} did not converge in ${SWEEP_LIMIT} sweeps`);
      sweepQl(d, e, z, l, m);
    }
  }
  return z;
}

/** One implicit QL sweep over the unreduced block l..m. */
function sweepQl(d: Float64Array, e: Float64Array, z: readonly Float64Array[], l: number, m: number): void {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1));
  let [s, c, shift] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [s * e[i]!, c * e[i]!];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // The block has split; the outer loop continues with its parts.
      d[i + 1]! -= shift;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - shift;
    const t = (d[i]! - g) * s + 2 * c * b;
    shift = s * t;
    d[i + 1] = g + shift;
    g = c * t - b;
    rotate(z[i]!, z[i + 1]!, s, c);
  }
  d[l]! -= shift;
  e[l] = g;
  e[m] = 0;
}

function rotate(low: Float64Array, high: Float64Array, s: number, c: number): void {
  for (let k = 0; k < low.length; k++) {
    const [x, y] = [low[k]!, high[k]!];
    high[k] = s * x + c * y;
    low[k] = c * x - s * y;
  }
}

function backTransform(vector: Float64Array, reflectors: readonly Reflector[]): Float64Array {
  const out = vector.slice();
  for (let r = reflectors.length - 1; r >= 0; r--) {
    const { column, beta, v } = reflectors[r]!;
    let product = 0;
    for (let i = column + 1; i < out.length; i++) product += v[i]! * out[i]!;
    product *= beta;
    for (let i = column + 1; i < out.length; i++) out[i]! -= product * v[i]!;
  }
  return out;
}
