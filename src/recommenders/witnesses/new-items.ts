// Items that came after training: their texts are known, and that nobody took them. Tables get rows for them behind the
// known ones; of what stood in the tables nothing changes.
import { InputError } from "../../base/errors.ts";
import { type Matrix, matrix, type SparseRows, stacked } from "../../base/matrix.ts";
import type { NearestOptions } from "../nearest-texts.ts";
import { coldItems, rowsOfCold, withRows } from "./cold-rows.ts";
import type { EvidenceTables, EvidenceTexts } from "./evidence-files.ts";
import { furtherTexts } from "./text-vectors.ts";

/** `tables` with items whose text vectors, as embeddings have them, are `newTexts`. @throws InputError for a run whose
 * tables do not say how wide vectors were reduced; `where` names them.
 */
export function withNewItems(tables: EvidenceTables, newTexts: Matrix, where: string): EvidenceTables {
  const { counts, following, texts } = tables;
  const total = counts.length + newTexts.rows;
  const longer = new Int32Array(total);
  longer.set(counts);
  return {
    ...tables,
    counts: longer,
    following: following && withoutNeighbours(following, total),
    texts: texts && { ...texts, vectors: stacked(texts.vectors, newRows(texts, newTexts, where)) },
  };
}

function newRows({ vectors, reduction }: EvidenceTexts, newTexts: Matrix, where: string): Matrix {
  if (reduction !== undefined || vectors.columns === newTexts.columns) return furtherTexts(newTexts, reduction);
  throw new InputError({
    where,
    found: `texts of ${vectors.columns} columns, and nothing of how they were made from ${newTexts.columns}`,
    expected: "what reduces wide text vectors, which runs of this version keep",
    todo: "Train the run again to add items to it.",
  });
}

/** Rows of new items are empty, and no row names them. */
function withoutNeighbours({ offsets, indices, values }: SparseRows, total: number): SparseRows {
  const longer = new Int32Array(total + 1).fill(offsets.at(-1)!);
  longer.set(offsets);
  return { rows: total, columns: total, offsets: longer, indices, values };
}

/** Interests [known, d] with a row for every item of `tables`: new ones are as items of near texts, or zeros. */
export async function withNewInterests(
  known: Matrix,
  { counts, texts }: EvidenceTables,
  options?: NearestOptions,
): Promise<Matrix> {
  const added = counts.length - known.rows;
  if (added === 0) return known;
  const all = stacked(known, matrix(added, known.columns));
  if (texts === undefined) return all;
  const places = coldItems(counts).filter((item) => item >= known.rows);
  return withRows(all, places, await rowsOfCold(places, all, texts.vectors, counts, options));
}
