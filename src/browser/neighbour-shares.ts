// The term "neighbours": as `witnesses/neighbours.ts` has it, over the exported table.
import { fromHalves } from "../base/half-floats.ts";
import type { SparseRows } from "../base/matrix.ts";
import type { TableData, WebSettings } from "./web-files.ts";

export function followingOf(tables: ReadonlyMap<string, TableData>, nItems: number): SparseRows | undefined {
  const values = tables.get("following.values");
  if (values === undefined) return undefined;
  return {
    rows: nItems,
    columns: nItems,
    offsets: tables.get("following.offsets") as Int32Array,
    indices: Int32Array.from(tables.get("following.items")!),
    values: values instanceof Uint16Array ? fromHalves(values) : (values as Float32Array),
  };
}

/** An item's share of what all neighbours of the history got, as log(1 + share / least share): 0 without any. */
export function neighbourShares(following: SparseRows, history: Int32Array, settings: WebSettings): Float32Array {
  const { offsets, indices, values } = following;
  const out = new Float32Array(following.rows);
  let [total, weight] = [0, 1];
  for (let at = history.length - 1; at >= 0; at--, weight *= settings.neighbourDecay) {
    for (let k = offsets[history[at]!]!; k < offsets[history[at]! + 1]!; k++) {
      const value = weight * values[k]!;
      out[indices[k]!]! += value;
      total += value;
    }
  }
  if (total === 0) return out;
  const scale = 1 / (total * settings.leastShare);
  for (let i = 0; i < out.length; i++) if (out[i]! > 0) out[i] = Math.log1p(out[i]! * scale);
  return out;
}

/** What each item of the history brings to `item`. */
export function neighbourStrengths(
  { offsets, indices, values }: SparseRows,
  history: Int32Array,
  item: number,
  { neighbourDecay }: WebSettings,
): number[] {
  return Array.from(history, (from, at) => {
    const place = indices.subarray(offsets[from]!, offsets[from + 1]!).indexOf(item);
    return place < 0 ? 0 : neighbourDecay ** (history.length - 1 - at) * values[offsets[from]! + place]!;
  });
}
