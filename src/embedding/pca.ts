// Principal components for the adapter's input: centred, not whitened, signs fixed, one global scale.
import { UsageError } from "../base/errors.ts";
import { type Matrix, matrix, rms } from "../base/matrix.ts";
import { centredGram, centredProduct, type ProductOptions } from "./centred-products.ts";
import { randomisedPrincipalAxes } from "./principal-axes.ts";
import { type Eigen, largestEigen } from "./symmetric-eigen.ts";

export interface Pca {
  /** [rows, dimensions], RMS entry 1. */
  readonly matrix: Matrix;
  /** Column means of the input. */
  readonly mean: Float32Array;
  /**
   * [dimensions, columns], orthonormal rows, largest variance first; in each the entry of largest magnitude is
   * positive.
   */
  readonly components: Matrix;
  /** What the projection was multiplied with: matrix = scale * (input - mean) components^T. */
  readonly scale: number;
  /** Share of the input's total variance on each component. */
  readonly explained: Float64Array;
}

export interface PcaOptions {
  /**
   * exact: eigenvectors of the whole covariance, some 4/3 columns^3 operations. randomised: subspace iteration, for
   * wide inputs. auto (default) takes the second where the first would take long.
   */
  readonly solver?: "auto" | "exact" | "randomised" | undefined;
  /** Starts the randomised solver; default 0. */
  readonly seed?: number | undefined;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
}

/** Wider inputs are worth the randomised solver, if few of the columns are asked for. */
const WIDE_COLUMNS = 1024;

/**
 * Project rows on their `dimensions` principal components. Products in 32 bits by the engine, eigenvectors in 64.
 * @throws UsageError unless 1 <= dimensions <= min(rows, columns).
 */
export async function pca(
  input: Matrix,
  dimensions: number,
  signal?: AbortSignal,
  { solver = "auto", seed = 0, threads }: PcaOptions = {},
): Promise<Pca> {
  const limit = Math.min(input.rows, input.columns);
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > limit) {
    throw new UsageError(
      `PCA: ${dimensions} dimensions of a ${input.rows} x ${input.columns} matrix, expected 1 to ${limit}`,
    );
  }
  const mean = columnMeans(input);
  const isWide = input.columns > WIDE_COLUMNS && dimensions < input.columns / 4;
  const isRandomised = solver === "randomised" || (solver === "auto" && isWide);
  const { values, vectors, total } = isRandomised
    ? await randomisedAxes(input, mean, dimensions, { seed, threads, signal })
    : await exactAxes(input, mean, dimensions, { threads, signal });
  const components = matrix(dimensions, input.columns);
  for (const [j, vector] of vectors.entries()) components.data.set(withFixedSign(vector), j * input.columns);
  const projected = await centredProduct(input, mean, components, { threads, signal });
  const size = rms(projected.data);
  const scale = size === 0 ? 1 : 1 / size;
  for (let i = 0; i < projected.data.length; i++) projected.data[i]! *= scale;
  const explained = Float64Array.from({ length: dimensions }, (_, j) =>
    total === 0 ? 0 : Math.max(values[j] ?? 0, 0) / total,
  );
  return { matrix: projected, mean, components, scale, explained };
}

interface Axes extends Eigen {
  /** Sum of all squares of the centred input. */
  readonly total: number;
}

async function exactAxes(
  input: Matrix,
  mean: Float32Array,
  dimensions: number,
  options: ProductOptions,
): Promise<Axes> {
  const gram = await centredGram(input, mean, options);
  let total = 0;
  for (let i = 0; i < gram.length; i += input.columns + 1) total += gram[i]!;
  return { ...largestEigen(gram, input.columns, dimensions, options.threads), total };
}

async function randomisedAxes(
  input: Matrix,
  mean: Float32Array,
  dimensions: number,
  options: ProductOptions & { readonly seed: number },
): Promise<Axes> {
  const centred = subtract(input, mean);
  const axes = await randomisedPrincipalAxes(centred, dimensions, options);
  return { ...axes, total: sumOfSquares(centred.data) };
}

function sumOfSquares(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** Eigenvectors have no sign of their own; this one makes runs comparable. */
function withFixedSign(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}

function columnMeans({ rows, columns, data }: Matrix): Float32Array {
  const sums = new Float64Array(columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) sums[c]! += data[r * columns + c]!;
  return Float32Array.from(sums, (sum) => sum / rows);
}

function subtract({ rows, columns, data }: Matrix, mean: Float32Array): Matrix {
  const out = matrix(rows, columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out.data[r * columns + c] = data[r * columns + c]! - mean[c]!;
  }
  return out;
}
