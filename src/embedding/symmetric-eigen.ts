// Eigenvectors of a symmetric matrix: tridiagonal form by the engine, its eigenvalues by implicit QL with Wilkinson
// shifts, their vectors by inverse iteration (Golub and Van Loan, Matrix Computations, 4th ed., 8.3 and 8.4.2). Doubles
// throughout.
import { InputError, internal } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { tridiagonal } from "../engine/index.ts";

export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** `vectors[j]`: unit eigenvector of `values[j]`. */
  readonly vectors: readonly Float64Array[];
}

const SWEEP_LIMIT = 60;
/** Solves per vector: one brings the direction out, the second its last digits. */
const SOLVES = 2;
/**
 * Vectors whose values are closer than this share of the norm are made orthogonal explicitly; those of others are by
 * themselves to about 2^-52 / 1e-5.
 */
const CLOSE = 1e-5;

/**
 * The `count` largest eigenvalues of a symmetric n x n matrix (row-major) and their vectors. About 4/3 n^3 + 2 n^2
 * count operations on `threads` threads (default: one per core): a fifth of a second for n = 1024, count = 256. The
 * number of threads changes no bit.
 * @throws InputError for values that are not finite.
 */
export function largestEigen(a: Float64Array, n: number, count = n, threads?: number): Eigen {
  const wrong = a.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new InputError({ where: "eigenvalues", found: `${a[wrong]} in the matrix`, expected: "finite numbers" });
  }
  const { diagonal, offDiagonal, restore } = tridiagonal(a, n, threads);
  const values = eigenvalues(diagonal.slice(), offDiagonal.slice())
    .sort((x, y) => y - x)
    .slice(0, count);
  return { values, vectors: restore(inverseIteration(diagonal, offDiagonal, values)) };
}

/** Eigenvalues of a tridiagonal matrix in place of its diagonal `d`; `e` is destroyed. */
function eigenvalues(d: Float64Array, e: Float64Array): Float64Array {
  const n = d.length;
  const negligible = Number.EPSILON * normOf(d, e);
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]!) > negligible) m++;
      if (m === l) break;
      if (sweep === SWEEP_LIMIT) throw internal(`eigenvalue ${l} of ${n} did not converge in ${SWEEP_LIMIT} sweeps`);
      sweepQl(d, e, l, m);
    }
  }
  return d;
}

function normOf(d: Float64Array, e: Float64Array): number {
  let norm = 0;
  for (let i = 0; i < d.length; i++) norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!));
  return norm;
}

/** One implicit QL sweep over the unreduced block l..m. */
function sweepQl(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const half = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let g = d[m]! - d[l]! + e[l]! / (half + (half < 0 ? -1 : 1) * Math.hypot(half, 1));
  let [s, c, shift] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const [f, b] = [s * e[i]!, c * e[i]!];
    const r = Math.sqrt(f * f + g * g);
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
  }
  d[l]! -= shift;
  e[l] = g;
  e[m] = 0;
}

/** Unit vectors of a tridiagonal matrix for `values`, descending. */
function inverseIteration(d: Float64Array, e: Float64Array, values: Float64Array): Float64Array[] {
  const n = d.length;
  const norm = normOf(d, e);
  // Every vector starts from another rotation of one random vector: drawing each anew would take longer than solving.
  const draws = Random.of(1, "inverse iteration").normals(n);
  const found: Float64Array[] = [];
  let [first, shifted] = [0, Infinity];
  values.forEach((value, j) => {
    if (j > 0 && values[j - 1]! - value > CLOSE * norm) first = j;
    // Equal values would find one vector twice.
    shifted = Math.min(value, shifted - 4 * Number.EPSILON * norm);
    const solve = factorised(d, e, shifted, norm);
    const z = Float64Array.from(draws, (_, i) => draws[(i + j) % n]!);
    for (let i = 0; i < SOLVES; i++) {
      solve(z);
      for (let other = first; other < j; other++) removePart(z, found[other]!);
      toUnitLength(z);
    }
    found.push(z);
  });
  return found;
}

/**
 * A solver of (T - value I) z = b in place: LU with exchanged rows; a pivot that vanishes is replaced by the smallest
 * that counts.
 */
function factorised(d: Float64Array, e: Float64Array, value: number, norm: number): (b: Float64Array) => void {
  const n = d.length;
  const tiny = Number.EPSILON * (norm || 1);
  // Row i of U: main, next and second next entry; factor i and whether rows i and i + 1 changed places.
  const [main, next, second, factors] = [d.map((x) => x - value), e.slice(), new Float64Array(n), new Float64Array(n)];
  const isSwapped = new Uint8Array(n);
  for (let i = 0; i < n - 1; i++) {
    const below = e[i]!;
    if (Math.abs(below) > Math.abs(main[i]!)) {
      isSwapped[i] = 1;
      const factor = main[i]! / below;
      const [upper, diagonal] = [next[i]!, main[i + 1]!];
      main[i] = below;
      next[i] = diagonal;
      second[i] = next[i + 1]!;
      main[i + 1] = upper - factor * diagonal;
      next[i + 1] = -factor * next[i + 1]!;
      factors[i] = factor;
    } else {
      if (Math.abs(main[i]!) < tiny) main[i] = tiny;
      factors[i] = below / main[i]!;
      main[i + 1]! -= factors[i]! * next[i]!;
    }
  }
  if (n > 0 && Math.abs(main[n - 1]!) < tiny) main[n - 1] = tiny;
  return (b) => {
    for (let i = 0; i < n - 1; i++) {
      const [upper, lower] = isSwapped[i] === 1 ? [b[i + 1]!, b[i]!] : [b[i]!, b[i + 1]!];
      b[i] = upper;
      b[i + 1] = lower - factors[i]! * upper;
    }
    for (let i = n - 1; i >= 0; i--) {
      let rest = b[i]!;
      if (i < n - 1) rest -= next[i]! * b[i + 1]!;
      if (i < n - 2) rest -= second[i]! * b[i + 2]!;
      b[i] = rest / main[i]!;
    }
    // Near an eigenvalue the solution is of the size 1 / tiny; a second solve must not overflow.
    toUnitLength(b);
  };
}

function removePart(z: Float64Array, unit: Float64Array): void {
  let overlap = 0;
  for (let i = 0; i < z.length; i++) overlap += z[i]! * unit[i]!;
  for (let i = 0; i < z.length; i++) z[i]! -= overlap * unit[i]!;
}

function toUnitLength(z: Float64Array): void {
  let [largest, squares] = [0, 0];
  for (const value of z) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return;
  for (let i = 0; i < z.length; i++) {
    z[i]! /= largest;
    squares += z[i]! * z[i]!;
  }
  const length = Math.sqrt(squares);
  for (let i = 0; i < z.length; i++) z[i]! /= length;
}
