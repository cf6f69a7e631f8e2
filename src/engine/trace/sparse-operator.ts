// A constant sparse matrix. On CPUs its rows are read as they are (`host/`). For programs on other devices they are
// grouped by degree and padded to a common width, so that a row's sum is one small matrix product over gathered
// neighbours: scattering instead races there on duplicate indices, or runs on one thread.
import { UsageError } from "../../base/errors.ts";
import type { SparseRows } from "../../base/matrix.ts";

/** `rows` rows of `width` (neighbour, weight) pairs; padding has weight 0. */
export interface SparseChunk {
  readonly rows: number;
  readonly width: number;
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

/**
 * Gathered floats of one chunk, 2 MiB: the temporary [rows, width, d] stays in the cache (measured at d = 64 and 512).
 */
const MAX_CHUNK_FLOATS = 2 ** 19;

export interface SparseLayout {
  readonly chunks: readonly SparseChunk[];
  /** Result row r stands at `order[r]` of the concatenated chunks; empty rows point at the zero row behind them. */
  readonly order: Int32Array;
}

let serials = 0;

/**
 * A constant sparse matrix [rows, columns], for `spmm` and `sparsePolynomial`. It keeps `source`, which must not be
 * written to any more.
 */
export class SparseOperator {
  /** Tells operators apart. */
  readonly serial = serials++;
  readonly rows: number;
  readonly columns: number;
  private readonly layouts = new Map<number, SparseLayout>();
  private flipped: SparseOperator | undefined;
  readonly source: SparseRows;

  /** @throws UsageError for column numbers that are not 0 .. columns - 1: kernels read what they point at. */
  constructor(source: SparseRows) {
    const wrong = source.indices.findIndex((column) => column < 0 || column >= source.columns);
    if (wrong >= 0) {
      throw new UsageError(
        `sparse operator: entry ${wrong} is in column ${source.indices[wrong]}, expected 0 to ${source.columns - 1}`,
      );
    }
    this.source = source;
    this.rows = source.rows;
    this.columns = source.columns;
  }

  /** The operator of the gradient, itself where it is symmetric; made on first use. */
  get transposed(): SparseOperator {
    if (this.flipped === undefined) {
      const flipped = transposeRows(this.source);
      this.flipped = isEqual(flipped, this.source) ? this : new SparseOperator(flipped);
      this.flipped.flipped = this;
    }
    return this.flipped;
  }

  /** The layout for products with `width` columns; made on first use. */
  layout(width: number): SparseLayout {
    const pairs = Math.max(1, Math.floor(MAX_CHUNK_FLOATS / Math.max(1, width)));
    let known = this.layouts.get(pairs);
    if (known === undefined) {
      known = layOut(this.source, pairs);
      this.layouts.set(pairs, known);
    }
    return known;
  }
}

function isEqual(a: SparseRows, b: SparseRows): boolean {
  const same = (x: Int32Array | Float32Array, y: Int32Array | Float32Array): boolean =>
    x.length === y.length && x.every((value, i) => value === y[i]);
  return same(a.offsets, b.offsets) && same(a.indices, b.indices) && same(a.values, b.values);
}

/** Widths grow by about a quarter, so padding costs little: 1 2 3 4 5 6 8 10 12 16 20 ... */
function paddedWidth(degree: number): number {
  if (degree <= 6) return degree;
  let width = 8;
  while (width < degree) {
    const step = 2 ** Math.max(1, Math.floor(Math.log2(width)) - 2);
    width += step;
  }
  return width;
}

function layOut(m: SparseRows, maxPairs: number): SparseLayout {
  const byWidth = new Map<number, number[]>();
  for (let r = 0; r < m.rows; r++) {
    const degree = m.offsets[r + 1]! - m.offsets[r]!;
    if (degree === 0) continue;
    const width = paddedWidth(degree);
    const group = byWidth.get(width);
    if (group === undefined) byWidth.set(width, [r]);
    else group.push(r);
  }
  const chunks: SparseChunk[] = [];
  const order = new Int32Array(m.rows).fill(-1);
  let placed = 0;
  for (const [width, members] of [...byWidth].sort(([a], [b]) => a - b)) {
    const perChunk = Math.max(1, Math.floor(maxPairs / width));
    for (let start = 0; start < members.length; start += perChunk) {
      const rows = members.slice(start, start + perChunk);
      chunks.push(fillChunk(m, rows, width));
      for (const r of rows) order[r] = placed++;
    }
  }
  // Empty rows read the zero row that emission appends.
  for (let r = 0; r < m.rows; r++) if (order[r] === -1) order[r] = placed;
  return { chunks, order };
}

function fillChunk(m: SparseRows, rows: readonly number[], width: number): SparseChunk {
  const indices = new Int32Array(rows.length * width);
  const weights = new Float32Array(rows.length * width);
  rows.forEach((r, i) => {
    const start = m.offsets[r]!;
    const degree = m.offsets[r + 1]! - start;
    for (let k = 0; k < degree; k++) {
      indices[i * width + k] = m.indices[start + k]!;
      weights[i * width + k] = m.values[start + k]!;
    }
  });
  return { rows: rows.length, width, indices, weights };
}

/** CSR of the transposed matrix; entries of a row stay in source order. */
export function transposeRows(m: SparseRows): SparseRows {
  const nnz = m.indices.length;
  const offsets = new Int32Array(m.columns + 1);
  for (let k = 0; k < nnz; k++) offsets[m.indices[k]! + 1]!++;
  for (let c = 0; c < m.columns; c++) offsets[c + 1]! += offsets[c]!;
  const next = offsets.slice();
  const indices = new Int32Array(nnz);
  const values = new Float32Array(nnz);
  for (let r = 0; r < m.rows; r++) {
    for (let k = m.offsets[r]!; k < m.offsets[r + 1]!; k++) {
      const at = next[m.indices[k]!]!++;
      indices[at] = r;
      values[at] = m.values[k]!;
    }
  }
  return { rows: m.columns, columns: m.rows, offsets, indices, values };
}
