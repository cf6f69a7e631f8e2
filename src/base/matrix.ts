// Dense row-major matrices and their rows; rows of a sparse matrix.

/** A dense row-major matrix: `data[r * columns + c]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export function matrix(rows: number, columns: number, data: Float32Array = new Float32Array(rows * columns)): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(`matrix: ${data.length} values, expected ${rows} x ${columns} = ${rows * columns}`);
  }
  return { rows, columns, data };
}

/** Row `index` as a view, not a copy. */
export function row(m: Matrix, index: number): Float32Array {
  return m.data.subarray(index * m.columns, (index + 1) * m.columns);
}

/** Copies of the rows of these numbers, in their order. */
export function rowsAt(m: Matrix, indices: ArrayLike<number>): Matrix {
  const out = matrix(indices.length, m.columns);
  for (let i = 0; i < indices.length; i++) row(out, i).set(row(m, indices[i]!));
  return out;
}

/** Root mean square of all entries; 0 for an empty array. */
export function rms(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return values.length === 0 ? 0 : Math.sqrt(sum / values.length);
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Cosine of two vectors; 0 when either has no length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const scale = Math.sqrt(dot(a, a) * dot(b, b));
  return scale === 0 ? 0 : dot(a, b) / scale;
}

/** Cosine of `vector` with each row, as `cosine` has it. [rows] */
export function cosines(vector: Float32Array, { rows, columns, data }: Matrix): Float32Array {
  const own = dot(vector, vector);
  const out = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const start = r * columns;
    let [both, other] = [0, 0];
    for (let c = 0; c < columns; c++) {
      const value = data[start + c]!;
      both += vector[c]! * value;
      other += value * value;
    }
    const scale = Math.sqrt(own * other);
    out[r] = scale === 0 ? 0 : both / scale;
  }
  return out;
}

/** Copy of `m` with every non-zero row scaled to unit length. */
export function normaliseRows(m: Matrix): Matrix {
  const out = matrix(m.rows, m.columns, m.data.slice());
  for (let r = 0; r < m.rows; r++) {
    const values = row(out, r);
    const length = Math.sqrt(dot(values, values));
    if (length > 0) for (let c = 0; c < values.length; c++) values[c]! /= length;
  }
  return out;
}

/** Rows of `above`, then those of `below`; both are equally wide. */
export function stacked(above: Matrix, below: Matrix): Matrix {
  const data = new Float32Array(above.data.length + below.data.length);
  data.set(above.data);
  data.set(below.data, above.data.length);
  return matrix(above.rows + below.rows, above.columns, data);
}

/** Compressed sparse rows: row r holds columns `indices[k]` with `values[k]`, k in [offsets[r], offsets[r+1]). */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}
