// Rows of items that nobody has bought before: the mean of those whose texts are nearest.
import { dot, type Matrix, normaliseRows, row } from "../../../base/matrix.ts";
import type { KnownRows } from "../../warm-from.ts";

/** So many known items a new one is put between. */
const NEAREST = 5;

/** Rows [nItems or more, d] of items that are new; the others stay. */
export function fillFromNearest(rows: Float32Array, width: number, { from }: KnownRows, texts: Matrix): void {
  const known = Array.from(from.keys()).filter((item) => from[item]! >= 0);
  if (known.length === 0) return;
  const unit = normaliseRows(texts);
  from.forEach((old, item) => {
    if (old >= 0) return;
    const near = nearest(unit, item, known);
    const own = rows.subarray(item * width, (item + 1) * width);
    own.fill(0);
    for (const other of near) for (let j = 0; j < width; j++) own[j]! += rows[other * width + j]! / near.length;
  });
}

function nearest(unit: Matrix, item: number, known: readonly number[]): number[] {
  const best: { other: number; cosine: number }[] = [];
  for (const other of known) {
    const cosine = dot(row(unit, item), row(unit, other));
    if (best.length === NEAREST && cosine <= best[NEAREST - 1]!.cosine) continue;
    best.push({ other, cosine });
    best.sort((a, b) => b.cosine - a.cosine);
    if (best.length > NEAREST) best.pop();
  }
  return best.map(({ other }) => other);
}
