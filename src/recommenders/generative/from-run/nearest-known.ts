// Rows of items that nobody has bought before: the mean of those whose texts are nearest.
import { type Matrix, normaliseRows } from "../../../base/matrix.ts";
import { forEachNearest, type NearestOptions } from "../../nearest-texts.ts";
import type { KnownRows } from "../../warm-from.ts";

/** So many known items a new one is put between. */
const NEAREST = 5;

/** Rows [nItems or more, d] of items that are new; the others stay. */
export async function fillFromNearest(
  rows: Float32Array,
  width: number,
  { from }: KnownRows,
  texts: Matrix,
  options?: NearestOptions,
): Promise<void> {
  const numbers = Int32Array.from(from.keys());
  const among = numbers.filter((item) => from[item]! >= 0);
  const places = numbers.filter((item) => from[item]! < 0);
  await forEachNearest(
    { texts: normaliseRows(texts), places, among, count: NEAREST },
    (at, { keys, size }) => {
      const own = rows.subarray(places[at]! * width, (places[at]! + 1) * width);
      own.fill(0);
      for (const other of keys.subarray(0, size))
        for (let j = 0; j < width; j++) own[j]! += rows[other * width + j]! / size;
    },
    options,
  );
}
