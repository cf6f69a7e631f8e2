// Each row's largest product with some queries, for the few rows of a table that are asked about.
import { type Matrix, row } from "../../base/matrix.ts";
import { type Callable, instance } from "../kernels/instance.ts";
import { largestProducts } from "../kernels/largest-products.ts";

const WORD = 4;
const BLOCK = 64;
/** Rows that are gathered at a time: a part of a second-level cache. */
const GATHERED = 256;

const padded = (bytes: number): number => BLOCK * Math.ceil(bytes / BLOCK);

/** Asked again and again about one table, whose rows it reads where they lie: no further copy of the table is held. */
export class LargestProducts {
  private readonly kernels: Callable<"largestProducts">;
  private readonly table: Matrix;
  /** Numbers of a padded row. */
  private readonly stride: number;
  private readonly queries: Float32Array;
  private readonly found: Float32Array;
  private readonly gathered: Float32Array;

  /** Products of rows of `table` [n, d], with at most as many queries as there are `factors`, one for each. */
  constructor(table: Matrix, factors: readonly number[]) {
    const stride = padded(WORD * table.columns) / WORD;
    const queriesAt = padded(WORD * factors.length);
    const foundAt = queriesAt + WORD * stride * factors.length;
    const rowsAt = foundAt + WORD * GATHERED;
    const { buffer, kernels } = instance({ largestProducts: largestProducts() }, rowsAt + WORD * stride * GATHERED);
    new Float32Array(buffer, 0, factors.length).set(factors);
    this.kernels = kernels;
    this.table = table;
    this.stride = stride;
    this.queries = new Float32Array(buffer, queriesAt, stride * factors.length);
    this.found = new Float32Array(buffer, foundAt, GATHERED);
    this.gathered = new Float32Array(buffer, rowsAt, stride * GATHERED);
  }

  /** Of each of the rows `places` [m]: max(0, factor_j row . queries[j] for all j), queries [d] each -> [m]. */
  of(queries: readonly Float32Array[], places: Int32Array): Float32Array {
    const { table, stride, gathered, found } = this;
    queries.forEach((query, j) => {
      this.queries.set(query, j * stride);
    });
    const out = new Float32Array(places.length);
    const bytes = WORD * stride;
    const first = this.queries.byteOffset;
    for (let from = 0; from < places.length; from += GATHERED) {
      const count = Math.min(GATHERED, places.length - from);
      for (let i = 0; i < count; i++) gathered.set(row(table, places[from + i]!), i * stride);
      const rows = gathered.byteOffset;
      const last = first + bytes * queries.length;
      this.kernels.largestProducts(found.byteOffset, rows, rows + bytes * count, bytes, first, last, 0);
      out.set(count === GATHERED ? found : found.subarray(0, count), from);
    }
    return out;
  }
}
