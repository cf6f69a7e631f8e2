// Random sparse matrices, and the same as dense ones.
import type { Random } from "../../src/base/random.ts";
import { SparseOperator } from "../../src/engine/index.ts";

export interface RandomOperatorOptions {
  readonly rows: number;
  readonly columns: number;
  /** Share of entries that are there; every fifth row, from the third on, has none. */
  readonly density: number;
  /** Default: normal draws. */
  readonly draw?: (random: Random) => number;
}

export function randomOperator(
  random: Random,
  { rows, columns, density, draw = (from) => from.normal() }: RandomOperatorOptions,
): SparseOperator {
  const offsets = new Int32Array(rows + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (r % 5 === 2 || random.uniform() >= density) continue;
      indices.push(c);
      values.push(draw(random));
    }
    offsets[r + 1] = indices.length;
  }
  return new SparseOperator({
    rows,
    columns,
    offsets,
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  });
}

/** Row-major [rows, columns]. */
export function denseOf({ source: { rows, columns, offsets, indices, values } }: SparseOperator): Float64Array {
  const dense = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) dense[r * columns + indices[k]!]! += values[k]!;
  }
  return dense;
}
