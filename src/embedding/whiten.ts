// Whitened vectors: encoders put most texts into a narrow cone, where all cosines are alike. Divided by (a power of)
// its spread along each principal axis, a space uses all its directions (Zhang et al. 2024, WhitenRec,
// arXiv:2402.10602, whose relaxed form keeps part of the spread).
import { type Matrix, matrix, normaliseRows, row } from "../base/matrix.ts";
import { centredProduct } from "./centred-products.ts";
import { pca } from "./pca.ts";

/** Of the largest variance: axes that vary less hold rounding errors, which division would blow up. */
const LEAST_VARIANCE = 1e-7;

export interface Whitening {
  /** [d] */
  readonly mean: Float32Array;
  /** [d', d]: principal axes, d' <= d, each divided by its standard deviation to the power that was asked for. */
  readonly axes: Matrix;
}

/**
 * @param vectors [n, d], whose mean and axes are taken.
 * @param power in (0, 1]: 1 makes all axes alike, less keeps some of their differences.
 */
export async function fitWhitening(vectors: Matrix, power: number, signal?: AbortSignal): Promise<Whitening> {
  const limit = Math.min(vectors.rows, vectors.columns);
  const { mean, components, explained } = await pca(vectors, limit, signal, { solver: "exact" });
  const flat = explained.findIndex((share) => share < LEAST_VARIANCE * explained[0]!);
  const count = flat < 0 ? limit : Math.max(flat, 1);
  const axes = matrix(count, vectors.columns, components.data.slice(0, count * vectors.columns));
  for (let axis = 0; axis < count; axis++) {
    const scale = (explained[axis]! / explained[0]! || 1) ** (-power / 2);
    const values = row(axes, axis);
    for (let c = 0; c < values.length; c++) values[c]! *= scale;
  }
  return { mean, axes };
}

/**
 * [n, d']: centred, turned and scaled, of unit length; rows of zeros, texts without a known word, stay.
 * @param vectors [n, d]
 */
export async function whitened(vectors: Matrix, { mean, axes }: Whitening, signal?: AbortSignal): Promise<Matrix> {
  const turned = await centredProduct(vectors, mean, axes, { signal });
  for (let r = 0; r < vectors.rows; r++) if (row(vectors, r).every((value) => value === 0)) row(turned, r).fill(0);
  return normaliseRows(turned);
}
