// Codes for items that came after the others had theirs: known rows keep their codes, which a trained backbone knows,
// and new ones get free codes near those that they are like.
import { type Matrix, matrix, row, rowsAt } from "../base/matrix.ts";
import { CODE_SPECIALS, type ItemCodes } from "./item-codes.ts";
import { codeNewItems } from "./new-item-codes.ts";

/** Where no item of a token is left: nothing is near it. */
const FAR = 1e18;

/**
 * Codes of the rows of `vectors`, of which `from` says the row in `codes`, or -1. What tokens stand for is reckoned
 * from the known rows' vectors: those of an earlier version of the data may have had other axes.
 * @returns undefined where the codes are too few.
 */
export function keptCodes(
  { tokens, width, vocabulary }: ItemCodes,
  from: Int32Array,
  vectors: Matrix,
): ItemCodes | undefined {
  const size = (vocabulary - CODE_SPECIALS.count) / width;
  if (from.length > size ** width) return undefined;
  const [known, added] = [rowsWhere(from, (old) => old >= 0), rowsWhere(from, (old) => old < 0)];
  const kept = new Int32Array(width * known.length);
  known.forEach((now, i) => {
    kept.set(tokens.subarray(width * from[now]!, width * (from[now]! + 1)), width * i);
  });
  const centroids = centroidsOf({ tokens: kept, width, vocabulary }, rowsAt(vectors, known), size);
  const all = codeNewItems({ tokens: kept, width, vocabulary, centroids }, rowsAt(vectors, added)).tokens;
  const ordered = new Int32Array(width * from.length);
  [...known, ...added].forEach((now, i) => {
    ordered.set(all.subarray(width * i, width * (i + 1)), width * now);
  });
  return { tokens: ordered, width, vocabulary, centroids };
}

function rowsWhere(from: Int32Array, holds: (old: number) => boolean): readonly number[] {
  return Array.from(from.keys()).filter((now) => holds(from[now]!));
}

/** Mean of what the levels before have left of the members' vectors, by level and code; takes it off `left`. */
function centroidsOf({ tokens, width }: ItemCodes, left: Matrix, size: number): Matrix[] {
  return Array.from({ length: width }, (_, level) => {
    const codeOf = (r: number) => tokens[r * width + level]! - CODE_SPECIALS.count - level * size;
    const [centroids, counts] = [matrix(size, left.columns), new Int32Array(size)];
    for (let r = 0; r < left.rows; r++) {
      counts[codeOf(r)]!++;
      const centroid = row(centroids, codeOf(r));
      row(left, r).forEach((value, j) => {
        centroid[j]! += (value - centroid[j]!) / counts[codeOf(r)]!;
      });
    }
    for (let r = 0; r < left.rows; r++) {
      const [own, centroid] = [row(left, r), row(centroids, codeOf(r))];
      for (let j = 0; j < own.length; j++) own[j]! -= centroid[j]!;
    }
    counts.forEach((count, code) => {
      if (count === 0) row(centroids, code).fill(FAR);
    });
    return centroids;
  });
}
