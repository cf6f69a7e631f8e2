// Interests of items that nobody took: on the graph they are alone, so they get the mean of what the items of nearest
// texts are, nearer ones counting more.
import { dot, type Matrix, matrix, row } from "../../base/matrix.ts";
import { TopK, topEntries } from "../../base/top-k.ts";

/** Items that speak for a new one. */
const NEAREST = 10;

/** Rows [places, d] from `rows` [nItems, d] of items that were taken; `texts`: unit rows [nItems, n]. */
export function rowsOfCold(places: Int32Array, rows: Matrix, texts: Matrix, counts: Int32Array): Matrix {
  const out = matrix(places.length, rows.columns);
  const top = new TopK(NEAREST);
  const entries = topEntries(NEAREST);
  places.forEach((item, at) => {
    const text = row(texts, item);
    for (let other = 0; other < counts.length; other++) {
      if (counts[other] === 0) continue;
      const cosine = dot(text, row(texts, other));
      if (cosine > Math.max(0, top.floor)) top.push(cosine, other);
    }
    const { keys, scores, size } = top.drain(entries);
    const mean = row(out, at);
    const total = scores.subarray(0, size).reduce((sum, cosine) => sum + cosine, 0);
    for (let i = 0; i < size; i++) {
      const near = row(rows, keys[i]!);
      for (let c = 0; c < mean.length; c++) mean[c]! += (scores[i]! / total) * near[c]!;
    }
  });
  return out;
}

/** A copy of `rows` with those of `places` replaced. */
export function withRows(rows: Matrix, places: Int32Array, replaced: Matrix): Matrix {
  const out = matrix(rows.rows, rows.columns, rows.data.slice());
  places.forEach((item, at) => {
    row(out, item).set(row(replaced, at));
  });
  return out;
}

/** Items of no training interaction. */
export function coldItems(counts: Int32Array): Int32Array {
  return Int32Array.from([...counts.keys()].filter((item) => counts[item] === 0));
}
