// Lloyd's k-means (1982) for NCL's prototypes: seeded, on a bounded subsample, with the assignment of all rows at the
// end.
import { type Matrix, row, rowsAt } from "../../base/matrix.ts";
import type { Random } from "../../base/random.ts";
import { multiplyTransposed } from "../../embedding/index.ts";

export interface Clusters {
  /** [count, d] */
  readonly centroids: Matrix;
  /** Cluster of each row. */
  readonly assignment: Int32Array;
}

export interface KMeansOptions {
  readonly count: number;
  readonly iterations: number;
  /** Rows that train, per cluster. */
  readonly rowsPerCluster: number;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
}

/** At most `count` clusters of the rows of `points`; there are as many as rows when those are fewer. */
export async function kMeans(points: Matrix, options: KMeansOptions, random: Random): Promise<Clusters> {
  const count = Math.min(options.count, points.rows);
  const order = random.shuffle(Int32Array.from({ length: points.rows }, (_, i) => i));
  const sample = rowsAt(points, order.subarray(0, Math.min(points.rows, count * options.rowsPerCluster)));
  const centroids = rowsAt(points, order.subarray(0, count));
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    move(centroids, sample, await nearest(sample, centroids, options), random);
  }
  return { centroids, assignment: await nearest(points, centroids, options) };
}

/** Smallest |x - c|^2, that is smallest |c|^2 - 2 x c; ties go to the lower cluster. */
async function nearest(points: Matrix, centroids: Matrix, { threads }: KMeansOptions): Promise<Int32Array> {
  const products = await multiplyTransposed(points, centroids, { threads });
  const squares = Float64Array.from({ length: centroids.rows }, (_, c) =>
    row(centroids, c).reduce((total, x) => total + x * x, 0),
  );
  return Int32Array.from({ length: points.rows }, (_, i) => {
    const own = row(products, i);
    let best = 0;
    let distance = Number.POSITIVE_INFINITY;
    for (let c = 0; c < squares.length; c++) {
      const candidate = squares[c]! - 2 * own[c]!;
      if (candidate < distance) {
        distance = candidate;
        best = c;
      }
    }
    return best;
  });
}

/** Centroids to the means of their rows; an empty cluster starts again at a row of the largest one. */
function move(centroids: Matrix, points: Matrix, assignment: Int32Array, random: Random): void {
  const sizes = new Int32Array(centroids.rows);
  const sums = new Float64Array(centroids.data.length);
  const d = points.columns;
  assignment.forEach((cluster, i) => {
    sizes[cluster]!++;
    const point = row(points, i);
    for (let k = 0; k < d; k++) sums[cluster * d + k]! += point[k]!;
  });
  const largest = sizes.indexOf(Math.max(...sizes));
  const members = Int32Array.from(assignment.keys()).filter((i) => assignment[i] === largest);
  for (let cluster = 0; cluster < centroids.rows; cluster++) {
    if (sizes[cluster] === 0) row(centroids, cluster).set(row(points, members[random.below(members.length)]!));
    else for (let k = 0; k < d; k++) centroids.data[cluster * d + k] = sums[cluster * d + k]! / sizes[cluster]!;
  }
}
