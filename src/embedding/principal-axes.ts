// Leading principal axes of a wide dense matrix by randomised subspace iteration (Halko, Martinsson and Tropp 2011,
// algorithms 4.4 and 5.1): a few products with the matrix instead of the eigenvectors of its whole covariance.
import { type Matrix, matrix, row } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { breathing } from "../base/stopping.ts";
import { multiplyTransposed, transposed } from "./blocked-matmul.ts";
import { combine, orthonormalise } from "./randomised-svd.ts";
import { type Eigen, largestEigen } from "./symmetric-eigen.ts";

export interface PrincipalAxesOptions {
  readonly seed: number;
  /** Extra directions that make the wanted ones exact; default 16. */
  readonly oversampling?: number | undefined;
  /** Passes over the matrix and back; default 6. */
  readonly iterations?: number | undefined;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The `count` largest eigenvalues of X^T X and their unit vectors, for centred X [rows, columns]. Fewer come out when X
 * has a lower rank.
 */
export async function randomisedPrincipalAxes(
  centred: Matrix,
  count: number,
  { seed, oversampling = 16, iterations = 6, threads, signal }: PrincipalAxesOptions,
): Promise<Eigen> {
  const { rows, columns } = centred;
  const width = Math.min(count + oversampling, rows, columns);
  const random = Random.of(seed, "principal axes");
  const flipped = transposed(centred);
  const how = { threads, signal };
  const breathe = breathing(signal, "stopped between two blocks");
  let basis = await orthonormalise(
    Array.from({ length: width }, () => Float64Array.from({ length: columns }, () => random.normal())),
    breathe,
  );
  for (let pass = 0; pass < iterations && basis.length > 0; pass++) {
    const images = await multiplyTransposed(stack(basis, columns), centred, how); // V X^T: [width, rows]
    const back = await multiplyTransposed(images, flipped, how); // (V X^T) X: [width, columns]
    const rows = Array.from({ length: back.rows }, (_, i) => Float64Array.from(row(back, i)));
    basis = await orthonormalise(rows, breathe);
  }
  if (basis.length === 0) return { values: new Float64Array(0), vectors: [] };
  // Rayleigh-Ritz: eigenvectors of (V X^T)(V X^T)^T rotate the basis into principal axes.
  const images = await multiplyTransposed(stack(basis, columns), centred, how);
  const gram = Float64Array.from((await multiplyTransposed(images, images, how)).data);
  const { values, vectors } = largestEigen(gram, basis.length, Math.min(count, basis.length), threads);
  return { values, vectors: vectors.map((weights) => combine(basis, weights)) };
}

function stack(vectors: readonly Float64Array[], columns: number): Matrix {
  const out = matrix(vectors.length, columns);
  for (const [i, vector] of vectors.entries()) out.data.set(vector, i * columns);
  return out;
}
