// Interests of items that nobody took: on the graph they are alone, so they get the mean of what the items of nearest
// texts are, nearer ones counting more.
import { type Matrix, matrix, row } from "../../base/matrix.ts";
import { forEachNearest, type NearestOptions } from "../nearest-texts.ts";
import type { EvidenceTables } from "./evidence-files.ts";

/** Items that speak for a new one. */
const NEAREST = 10;

/** Rows [places, d] from `rows` [nItems, d] of items that were taken; `texts`: unit rows [nItems, n]. */
export async function rowsOfCold(
  places: Int32Array,
  rows: Matrix,
  texts: Matrix,
  counts: Int32Array,
  options?: NearestOptions,
): Promise<Matrix> {
  const out = matrix(places.length, rows.columns);
  const among = Int32Array.from(counts.keys()).filter((item) => counts[item]! > 0);
  await forEachNearest(
    { texts, places, among, count: NEAREST },
    (at, { keys, scores, size }) => {
      const mean = row(out, at);
      // Best first: those behind the first that is not above 0 speak as little.
      const near = scores.subarray(0, size).filter((cosine) => cosine > 0);
      const total = near.reduce((sum, cosine) => sum + cosine, 0);
      near.forEach((cosine, i) => {
        const own = row(rows, keys[i]!);
        for (let c = 0; c < mean.length; c++) mean[c]! += (cosine / total) * own[c]!;
      });
    },
    options,
  );
  return out;
}

/** What the items of training that nobody took are, by their texts; none where nothing is known of texts. */
export async function coldInterests(
  items: Matrix,
  { counts, texts }: Pick<EvidenceTables, "counts" | "texts">,
  options?: NearestOptions,
): Promise<Matrix | undefined> {
  const cold = coldItems(counts);
  if (texts === undefined || cold.length === 0) return undefined;
  return rowsOfCold(cold, items, texts.vectors, counts, options);
}

/**
 * `items` [all, d], of which `known` are those of training, with the rows of these that nobody took: kept, or made
 * where an older version kept none.
 */
export async function knownInterests(
  items: Matrix,
  { counts, texts, coldInterests: kept }: EvidenceTables,
  known: number,
  options?: NearestOptions,
): Promise<Matrix> {
  const ofTraining = counts.subarray(0, known);
  const rows = kept ?? (await coldInterests(items, { counts: ofTraining, texts }, options));
  return rows === undefined ? items : withRows(items, coldItems(ofTraining), rows);
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
  return Int32Array.from(counts.keys()).filter((item) => counts[item] === 0);
}
