// A symmetric matrix to tridiagonal form by Householder reflections (Golub and Van Loan, Matrix Computations, 4th ed.,
// 8.3), in doubles on several threads. Each reflection reads the matrix once: the update by the last one and the
// product with the next are one pass.
import { availableParallelism } from "node:os";
import { REFLECTED_TOGETHER, TILE_DOUBLES } from "../kernels/householder.ts";
import { type SharedMemory, sharedMemory } from "./shared-memory.ts";

const DOUBLE = 8;
/** Rows of a chunk, at least. */
const FEW_ROWS = 24;

/** T = Q^T A Q, zero but for its diagonal and the entries beside it. */
export interface Tridiagonal {
  /** [n] */
  readonly diagonal: Float64Array;
  /** [n]; entry i stands between rows i and i + 1, the last is 0. */
  readonly offDiagonal: Float64Array;
  /** Q z for each vector z [n]: eigenvectors of T become those of A. */
  restore(vectors: readonly Float64Array[]): Float64Array[];
}

/** Tridiagonal form of a symmetric n x n matrix, row-major, which stays as it is; on `threads` at most. */
export function tridiagonal(a: Float64Array, n: number, threads = availableParallelism()): Tridiagonal {
  const width = Math.ceil(n / TILE_DOUBLES) * TILE_DOUBLES;
  const memory = sharedMemory();
  memory.begin();
  const stride = DOUBLE * width;
  const rows = memory.take(stride * n);
  const table = memory.doubles(rows, width * n);
  table.fill(0);
  for (let r = 0; r < n; r++) table.set(a.subarray(r * n, (r + 1) * n), r * width);
  const places = Array.from({ length: 4 }, () => memory.take(stride));
  const [product, w] = places as [number, number];
  let [v, x] = places.slice(2) as [number, number];
  const [products, ws] = [memory.doubles(product, width), memory.doubles(w, width)];
  for (const place of places) memory.doubles(place, width).fill(0);
  const [diagonal, offDiagonal, betas] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n - 1; k++) {
    const row = table.subarray(k * width, (k + 1) * width);
    const vs = memory.doubles(v, width);
    for (let j = k; j < n; j++) row[j]! -= vs[k]! * ws[j]! + ws[k]! * vs[j]!;
    diagonal[k] = row[k]!;
    const reflector = householder(row, k + 1, n);
    betas[k] = reflector.beta;
    offDiagonal[k] = reflector.alpha;
    memory.doubles(x, width).set(row);
    const from = Math.floor((k + 1) / TILE_DOUBLES) * TILE_DOUBLES * DOUBLE;
    const piece = Math.max(FEW_ROWS, Math.ceil((n - k - 1) / (4 * threads)));
    const lists: number[][] = [];
    for (let begin = k + 1; begin < n; begin += piece) {
      const end = Math.min(begin + piece, n);
      const ofFirst = [v, w, product].map((place) => place + DOUBLE * begin);
      lists.push([rows + stride * begin, rows + stride * end, ...ofFirst, v, w, x, from, stride]);
    }
    memory.pool.forEach("rankTwoProduct", lists, threads);
    // w = p - (beta/2)(p.v) v with p = beta A v.
    const xs = memory.doubles(x, width);
    let overlap = 0;
    for (let i = k + 1; i < n; i++) overlap += products[i]! * xs[i]!;
    const shift = 0.5 * reflector.beta * reflector.beta * overlap;
    ws[k] = 0;
    for (let i = k + 1; i < n; i++) ws[i] = reflector.beta * products[i]! - shift * xs[i]!;
    [v, x] = [x, v];
  }
  if (n > 0) diagonal[n - 1] = table[(n - 1) * width + n - 1]!;
  const reflectors = table.slice(0, Math.max(0, n - 1) * width);
  return {
    diagonal,
    offDiagonal,
    restore: (vectors) => restore(memory, { n, width, reflectors, betas, threads }, vectors),
  };
}

/** The reflection that maps row[from..n) onto (alpha, 0, ..., 0); the row becomes its vector. */
function householder(row: Float64Array, from: number, n: number): { beta: number; alpha: number } {
  row.fill(0, 0, from);
  let tail = 0;
  for (let i = from + 1; i < n; i++) tail += row[i]! * row[i]!;
  const head = row[from]!;
  if (tail === 0) {
    row.fill(0);
    return { beta: 0, alpha: head };
  }
  const alpha = -Math.sign(head || 1) * Math.sqrt(head * head + tail);
  row[from] = head - alpha;
  return { beta: 2 / (row[from]! * row[from]! + tail), alpha };
}

interface Reflections {
  readonly n: number;
  readonly width: number;
  /** [n - 1, width]: vector k is zero up to and including column k. */
  readonly reflectors: Float64Array;
  readonly betas: Float64Array;
  readonly threads: number;
}

function restore(
  memory: SharedMemory,
  { n, width, reflectors, betas, threads }: Reflections,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const count = n - 1;
  if (count <= 0) return vectors.map((vector) => vector.slice());
  memory.begin();
  const stride = DOUBLE * width;
  const places = { reflectors: memory.take(stride * count), betas: memory.take(DOUBLE * count) };
  memory.doubles(places.reflectors, width * count).set(reflectors);
  memory.doubles(places.betas, count).set(betas.subarray(0, count));
  const groups = Math.ceil(vectors.length / REFLECTED_TOGETHER);
  const z = memory.take(stride * groups * REFLECTED_TOGETHER);
  const table = memory.doubles(z, width * groups * REFLECTED_TOGETHER);
  table.fill(0);
  for (const [i, vector] of vectors.entries()) table.set(vector, i * width);
  const lists = Array.from({ length: groups }, (_, group) => [
    z + stride * REFLECTED_TOGETHER * group,
    places.reflectors + stride * (count - 1),
    places.betas + DOUBLE * (count - 1),
    count,
    stride,
  ]);
  memory.pool.forEach("reflect", lists, threads);
  return vectors.map((_, i) => table.slice(i * width, i * width + n));
}
