// A column that says which items are not for sale. Import does not use it; people are told, so that they can.
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, literal, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { CatalogueFacts } from "../understanding.ts";
import { idText } from "./id-text.ts";

/** Words of names, whole ones: `interactive` is none. Set: the item is not to be shown. */
const HIDES = named("hidden|archived|deleted|discontinued|disabled|blocked|sold_?out|inactive|unlisted");
/** Not set: the item is not to be shown. What is said of it may stand behind: `available_sizes` is another thing. */
const SHOWS = named(
  "available|availability|in_?stock|active|published|visible|visibility|enabled|buyable|sellable|is_?open|for_?sale",
  "(_(status|state|flag|online|now|yn|for_.*|quantity|qty))?$",
);
const STATES = /^(product_?|item_?)?(status|state)$/;

const SET = "^(1(\\.0)?|true|t|yes|y|ja|oui|si)$";
const NOT_SET = "^(0(\\.0)?|false|f|no|n|nein|non|out[ _.-]?of[ _.-]?stock|unavailable|hidden|not available)$";
const NOT_SHOWN =
  "^(archived|draft|inactive|hidden|disabled|deleted|discontinued|unlisted|unavailable|out[ _.-]?of[ _.-]?stock|private|retired)$";

function named(words: string, behind = "(_|$)"): RegExp {
  return new RegExp(`(^|_)(is)?(${words})${behind}`);
}

/** `isActive`, `Is Active` and `is-active` are `is_active`. */
function plainName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_");
}

/** The first of `columns` that is called so and marks one of the joined items; else the first that is called so. */
export async function hidingColumn(
  database: DuckDBConnection,
  source: TableSource,
  id: string,
  columns: readonly string[],
): Promise<string | undefined> {
  const likely = columns.filter((name) => [HIDES, SHOWS, STATES].some((words) => words.test(plainName(name))));
  if (likely.length < 2) return likely[0];
  const tests = likely.map((name) => {
    const patterns = hidingPatterns(name).map((pattern) => literal(pattern));
    const text = `trim(t.${identifier(name)}::VARCHAR)`;
    return `bool_or(${patterns.map((pattern) => `regexp_matches(${text}, ${pattern}, 'i')`).join(" OR ")})`;
  });
  const sql = `SELECT ${tests.join(", ")} FROM ${source.sql(true)} t
    WHERE ${idText(source, id)} IN (SELECT raw FROM joined)`;
  const [row = []] = await source.read(() => readRows(database, sql));
  return likely.find((_, k) => row[k] === true) ?? likely[0];
}

/** What a cell of the column says of an item that is not to be shown. */
function hidingPatterns(column: string): string[] {
  const name = plainName(column);
  if (HIDES.test(name)) return [NOT_SHOWN, SET];
  return SHOWS.test(name) ? [NOT_SHOWN, NOT_SET] : [NOT_SHOWN];
}

/** Whether a cell of `column` says that the item is not to be shown. */
export function isHidden(column: string, cell: unknown): boolean {
  const text = String(cell ?? "").trim();
  return hidingPatterns(column).some((pattern) => new RegExp(pattern, "i").test(text));
}

const EXAMPLES = 3;

/** `cells` by item id. Undefined where no item is marked. */
export function hiddenItems(column: string, cells: Iterable<readonly [string, unknown]>): CatalogueFacts["hidden"] {
  const examples: string[] = [];
  let count = 0;
  for (const [id, cell] of cells) if (isHidden(column, cell) && count++ < EXAMPLES) examples.push(id);
  return count === 0 ? undefined : { column, count, examples };
}
