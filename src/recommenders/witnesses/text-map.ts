// A history's texts as one vector, through a learned map. The map starts at the identity and adds a product of low
// rank, so that what follows a text need not look like it.
import { dot, type Matrix, matrix } from "../../base/matrix.ts";

export interface TextMap {
  /** [d, rank] */
  readonly down: Float32Array;
  /** [rank, d] */
  readonly up: Float32Array;
  readonly rank: number;
}

/** Weight of an item of the history beside the one after it. */
export const TEXT_DECAY = 0.7;

/** The decayed mean of the history's texts, of unit length; zeros where none has a text. */
export function textProfile(texts: Matrix, history: Int32Array): Float32Array {
  const profile = new Float32Array(texts.columns);
  addProfile(texts, history, profile, 0);
  return toUnit(profile);
}

/** Add the decayed sum of the history's texts to `out` from `at` on. */
export function addProfile({ columns, data }: Matrix, history: Int32Array, out: Float32Array, at: number): void {
  let weight = 1;
  for (let place = history.length - 1; place >= 0; place--, weight *= TEXT_DECAY) {
    const from = history[place]! * columns;
    for (let c = 0; c < columns; c++) out[at + c]! += weight * data[from + c]!;
  }
}

/** x + x down up, of unit length. */
export function mapped(x: Float32Array, { down, up, rank }: TextMap): Float32Array {
  const out = x.slice();
  for (let r = 0; r < rank; r++) {
    let inner = 0;
    for (let c = 0; c < x.length; c++) inner += x[c]! * down[c * rank + r]!;
    for (let c = 0; c < x.length; c++) out[c]! += inner * up[r * x.length + c]!;
  }
  return toUnit(out);
}

function toUnit(x: Float32Array): Float32Array {
  const length = Math.sqrt(dot(x, x));
  return length === 0 ? x : x.map((value) => value / length);
}

/** The map that changes nothing. */
export function identityMap(width: number): TextMap {
  return { down: matrix(width, 1).data, up: matrix(1, width).data, rank: 1 };
}
