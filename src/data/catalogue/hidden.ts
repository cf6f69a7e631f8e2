// A column that says which items are not for sale. Import does not use it; people are told, so that they can.
import type { CatalogueFacts } from "../understanding.ts";

/** Set: the item is not to be shown. */
const HIDES = /hidden|archived|deleted|discontinued|disabled|blocked|sold[\s_.-]?out|inactive|unlisted/i;
/** Not set: the item is not to be shown. */
const SHOWS =
  /available|availability|in[\s_.-]?stock|active|published|visible|visibility|enabled|buyable|sellable|is[\s_.-]?open|for[\s_.-]?sale/i;
const STATES = /^(product[\s_.-]?|item[\s_.-]?)?(status|state)$/i;

const SET = /^(1(\.0)?|true|t|yes|y|ja|oui|si)$/i;
const NOT_SET = /^(0(\.0)?|false|f|no|n|nein|non|out[\s_.-]?of[\s_.-]?stock|unavailable|hidden|not available)$/i;
const NOT_SHOWN =
  /^(archived|draft|inactive|hidden|disabled|deleted|discontinued|unlisted|unavailable|out[\s_.-]?of[\s_.-]?stock|private|retired)$/i;

/** The column among `columns` that tells, by its name. */
export function hidingColumn(columns: readonly string[]): string | undefined {
  return columns.find((name) => HIDES.test(name) || SHOWS.test(name) || STATES.test(name));
}

/** Whether a cell of `column` says that the item is not to be shown. */
export function isHidden(column: string, cell: unknown): boolean {
  const text = String(cell ?? "").trim();
  if (NOT_SHOWN.test(text)) return true;
  if (HIDES.test(column)) return SET.test(text);
  return SHOWS.test(column) && NOT_SET.test(text);
}

const EXAMPLES = 3;

/** `cells` by item id. Undefined where no item is marked. */
export function hiddenItems(column: string, cells: Iterable<readonly [string, unknown]>): CatalogueFacts["hidden"] {
  const examples: string[] = [];
  let count = 0;
  for (const [id, cell] of cells) if (isHidden(column, cell) && count++ < EXAMPLES) examples.push(id);
  return count === 0 ? undefined : { column, count, examples };
}
