// A trained id model with rows for items that came after training, made from their texts.
import { internal } from "../../base/errors.ts";
import { type Matrix, matrix, stacked } from "../../base/matrix.ts";
import type { IdModelSpec } from "./id-model.ts";
import type { SavedModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";

/** The rows of `newTexts` [new items, textWidth] stand behind the known ones. */
export function withNewRows<O extends IdOptions>(
  model: SavedModel<O>,
  { name, rowsOfNew }: Pick<IdModelSpec<O>, "name" | "rowsOfNew">,
  newTexts: Matrix,
): SavedModel<O> {
  const { vectors, nItems } = model;
  const rows = rowsOfNew?.(vectors.parameters, newTexts);
  if (rows === undefined || rows.columns !== vectors.width) throw internal(`${name} makes no rows of new items`);
  const { data: items } = stacked(matrix(nItems, vectors.width, vectors.items), rows);
  return { ...model, nItems: nItems + rows.rows, vectors: { ...vectors, items } };
}
