// k-means with a capacity per cluster (Lloyd's algorithm; assignment in order of certainty), seeded.
import { type Matrix, matrix, row } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";
import { type CompileOptions, compile, type Executable, matmul, trace, transpose } from "../engine/index.ts";

export interface Clusters {
  /** Cluster of each row. */
  readonly assignment: Int32Array;
  /** [k, columns]. */
  readonly centroids: Matrix;
}

/**
 * Partition the rows into `k` clusters of at most `capacity` rows.
 * @throws RangeError when k * capacity cannot hold all rows.
 */
export async function balancedClusters(
  vectors: Matrix,
  k: number,
  capacity: number,
  iterations: number,
  random: Random,
  how: CompileOptions = {},
): Promise<Clusters> {
  if (k * capacity < vectors.rows)
    throw new RangeError(`${k} clusters of ${capacity} cannot hold ${vectors.rows} rows`);
  const distances = await DistanceProgram.compile(vectors, k, how);
  try {
    const all = Int32Array.from({ length: vectors.rows }, (_, r) => r);
    let centroids = seedCentroids(vectors, k, random);
    let assignment: Int32Array = new Int32Array(vectors.rows);
    for (let i = 0; i < iterations; i++) {
      assignment = assignWithin(all, await distances.to(centroids), k, capacity);
      centroids = meansOf(vectors, assignment, centroids);
    }
    return { assignment, centroids };
  } finally {
    await distances.dispose();
  }
}

/** Distinct random rows: with many clusters k-means++ gains little and costs k passes. */
function seedCentroids(vectors: Matrix, k: number, random: Random): Matrix {
  const order = random.shuffle(Int32Array.from({ length: vectors.rows }, (_, i) => i));
  const centroids = matrix(k, vectors.columns);
  for (let c = 0; c < k; c++) row(centroids, c).set(row(vectors, order[c % order.length]!));
  return centroids;
}

/** Squared distances of fixed vectors to changing centroids, up to a constant of the row: |c|^2 - 2 x.c. */
export class DistanceProgram {
  private readonly vectors: Matrix;
  private readonly products: Executable;

  private constructor(vectors: Matrix, products: Executable) {
    this.vectors = vectors;
    this.products = products;
  }

  static async compile(vectors: Matrix, k: number, how: CompileOptions): Promise<DistanceProgram> {
    const { rows, columns } = vectors;
    const program = trace((t) => ({
      products: matmul(t.input("vectors", [rows, columns]), transpose(t.input("centroids", [k, columns]))),
    }));
    return new DistanceProgram(vectors, await compile(program, how));
  }

  /** [rows, k] */
  async to(centroids: Matrix): Promise<Float32Array> {
    const k = centroids.rows;
    const norms = Float32Array.from({ length: k }, (_, c) => row(centroids, c).reduce((sum, x) => sum + x * x, 0));
    const results = await this.products.run({ vectors: this.vectors.data, centroids: centroids.data });
    const products = results.products as Float32Array;
    return products.map((product, i) => norms[i % k]! - 2 * product);
  }

  dispose(): Promise<void> {
    return this.products.dispose();
  }
}

/**
 * A cluster for each of some rows, at most `capacity` rows in each; `distances` [all rows, k]. Rows with most to lose
 * choose first; a full cluster sends a row to its next best.
 */
export function assignWithin(members: Int32Array, distances: Float32Array, k: number, capacity: number): Int32Array {
  const regrets = Float32Array.from(members, (r) => regret(distances.subarray(r * k, (r + 1) * k)));
  const order = Array.from(regrets.keys()).sort((a, b) => regrets[b]! - regrets[a]! || a - b);
  const room = new Int32Array(k).fill(capacity);
  const assignment = new Int32Array(members.length);
  for (const i of order) {
    const at = members[i]! * k;
    let best = -1;
    for (let c = 0; c < k; c++) {
      if (room[c]! > 0 && (best === -1 || distances[at + c]! < distances[at + best]!)) best = c;
    }
    assignment[i] = best;
    room[best]!--;
  }
  return assignment;
}

/** Distance lost when the best cluster is full. */
function regret(distances: Float32Array): number {
  let best = Number.POSITIVE_INFINITY;
  let second = Number.POSITIVE_INFINITY;
  for (const d of distances) {
    if (d < best) {
      second = best;
      best = d;
    } else if (d < second) second = d;
  }
  return Number.isFinite(second) ? second - best : 0;
}

function meansOf(vectors: Matrix, assignment: Int32Array, old: Matrix): Matrix {
  const centroids = matrix(old.rows, old.columns);
  const counts = new Int32Array(old.rows);
  assignment.forEach((c, r) => {
    counts[c]!++;
    const target = row(centroids, c);
    const source = row(vectors, r);
    for (let j = 0; j < target.length; j++) target[j]! += source[j]!;
  });
  for (let c = 0; c < old.rows; c++) {
    if (counts[c] === 0) row(centroids, c).set(row(old, c));
    else for (let j = 0, target = row(centroids, c); j < target.length; j++) target[j]! /= counts[c]!;
  }
  return centroids;
}
