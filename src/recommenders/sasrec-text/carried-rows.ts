// Rows of a run before, put on the texts now: vectors of texts are made anew for later data, on other axes, so that a
// map from the earlier ones means nothing. The new map is the one that comes nearest to what the old one made of known
// items, and their free parts make up the rest: a known item's row is exactly what it was.
import { solveLeastSquares } from "../../base/least-squares.ts";
import { type Matrix, matrix, normaliseRows, row } from "../../base/matrix.ts";
import type { Parameters } from "../../engine/index.ts";
import type { KnownRows } from "../warm-from.ts";
import { rowsFromTexts } from "./item-rows.ts";

/**
 * `fresh` hold the free parts of the run by now. `before` are its items' rows [items then, d], `texts` the vectors of
 * the items now.
 */
export function carryTextRows(fresh: Parameters, before: Matrix, { from }: KnownRows, texts: Matrix): void {
  const known = Array.from(from.keys()).filter((item) => from[item]! >= 0);
  const free = fresh.get("free").front.value;
  const width = before.columns;
  const unit = normaliseRows(texts);
  const [inputs, targets] = [matrix(known.length, texts.columns), matrix(known.length, width)];
  known.forEach((item, i) => {
    row(inputs, i).set(row(unit, item));
    const [whole, target] = [row(before, from[item]!), row(targets, i)];
    for (let j = 0; j < width; j++) target[j] = whole[j]! - free[item * width + j]!;
  });
  const projection = fresh.get("projection").front.value;
  projection.set(solveLeastSquares(inputs, targets, { hasIntercept: false }).weights.data);
  const now = rowsFromTexts({ projection }, inputs);
  known.forEach((item, i) => {
    const [was, is] = [row(targets, i), row(now, i)];
    for (let j = 0; j < width; j++) free[item * width + j]! += was[j]! - is[j]!;
  });
}
