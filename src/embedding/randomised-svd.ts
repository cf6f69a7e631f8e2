// Leading singular vectors of a sparse matrix by randomised subspace iteration (Halko, Martinsson and Tropp 2011,
// algorithms 4.4 and 5.1). Bases are lists of vectors in doubles, each contiguous.
import type { SparseRows } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { breathing } from "../base/stopping.ts";
import { largestEigen } from "./symmetric-eigen.ts";

export interface Svd {
  /** Descending; fewer than asked for when the matrix has a lower rank. */
  readonly values: Float64Array;
  /**
   * Right singular vectors, one per value, each as long as the matrix has columns; largest-magnitude entry positive.
   */
  readonly right: readonly Float64Array[];
}

export interface SvdOptions {
  readonly seed: number;
  /** Extra directions that make the wanted ones exact; default 10. */
  readonly oversampling?: number | undefined;
  /** Passes over the matrix and back; default 4. */
  readonly iterations?: number | undefined;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each pass with the share done, in [0, 1]. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** Singular values below this share of the largest are rank noise. */
const RANK_TOLERANCE = 1e-7;

/** The `count` largest singular values and right singular vectors of `a`. Lets the process breathe. */
export async function randomisedSvd(a: SparseRows, count: number, options: SvdOptions): Promise<Svd> {
  const { seed, oversampling = 10, iterations = 4, threads, signal, onProgress = () => {} } = options;
  const width = Math.min(count + oversampling, a.rows, a.columns);
  const random = Random.of(seed, "randomised svd");
  let basis: Float64Array[] = Array.from({ length: width }, () =>
    Float64Array.from({ length: a.columns }, () => random.normal()),
  );
  const breathe = breathing(signal, "stopped while encoding");
  for (let pass = 0; pass < iterations; pass++) {
    for (const [i, x] of basis.entries()) {
      basis[i] = multiplyTransposed(a, multiply(a, x));
      await breathe();
    }
    basis = await orthonormalise(basis, breathe);
    onProgress((pass + 1) / (iterations + 1));
  }
  // Rayleigh-Ritz on the row space: eigenvectors of (A V)^T (A V) rotate the basis into singular vectors.
  const images: Float64Array[] = [];
  for (const x of basis) {
    images.push(multiply(a, x));
    await breathe();
  }
  const size = basis.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) gram[i * size + j] = gram[j * size + i] = dot(images[i]!, images[j]!);
    await breathe();
  }
  const { values, vectors } = largestEigen(gram, size, Math.min(count, size), threads);
  const sigmas = values.map((value) => Math.sqrt(Math.max(value, 0)));
  const rank = sigmas.filter((sigma) => sigma > RANK_TOLERANCE * sigmas[0]!).length;
  onProgress(1);
  return {
    values: sigmas.slice(0, rank),
    right: vectors.slice(0, rank).map((weights) => withFixedSign(combine(basis, weights))),
  };
}

/** A x. */
function multiply({ rows, offsets, indices, values }: SparseRows, x: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) sum += values[k]! * x[indices[k]!]!;
    out[r] = sum;
  }
  return out;
}

/** A^T y. */
function multiplyTransposed({ rows, columns, offsets, indices, values }: SparseRows, y: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    const weight = y[r]!;
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) out[indices[k]!]! += values[k]! * weight;
  }
  return out;
}

/** Gram-Schmidt, twice for good measure; directions that vanish (rank exhausted) are dropped. Changes its argument. */
export async function orthonormalise(
  vectors: readonly Float64Array[],
  breathe: () => Promise<void>,
): Promise<Float64Array[]> {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    await breathe();
    const before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++) for (const q of basis) addScaled(vector, q, -dot(vector, q));
    const length = Math.sqrt(dot(vector, vector));
    if (!(length > 1e-10 * before)) continue;
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
    basis.push(vector);
  }
  return basis;
}

/** The sum of basis vectors times their weights. */
export function combine(basis: readonly Float64Array[], weights: Float64Array): Float64Array {
  const out = new Float64Array(basis[0]!.length);
  for (const [i, vector] of basis.entries()) addScaled(out, vector, weights[i]!);
  return out;
}

function withFixedSign(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let i = 0; i < vector.length; i++) vector[i] = -vector[i]!;
  return vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, x: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * x[i]!;
}
