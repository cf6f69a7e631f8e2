import { type Matrix, rms } from "../../base/typed-arrays.ts";

/**
 * Rows of a fitted table without their mean, each brought to a root mean square of 1: [rows, columns]. It was to leave
 * likeness without popularity; docs/isrf.md measures what it costs.
 */
export function directions({ rows, columns, data }: Matrix): Float32Array {
  const mean = new Float32Array(columns);
  data.forEach((x, i) => {
    mean[i % columns]! += x / rows;
  });
  const apart = data.map((x, i) => x - mean[i % columns]!);
  for (let at = 0; at < apart.length; at += columns) {
    const own = apart.subarray(at, at + columns);
    const size = rms(own) || 1;
    for (let c = 0; c < columns; c++) own[c]! /= size;
  }
  return apart;
}
