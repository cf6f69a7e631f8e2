// Which columns of a catalogue make up an item's categories: one of paths or lists, a family with one level each
// (category1, category2), or one flag a genre.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogueColumns } from "../columns/meanings.ts";
import { identifier, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

export type CategoryColumns =
  /** Cells are paths or lists; `fallback` is asked where they say nothing. */
  | { readonly kind: "cells"; readonly column: string; readonly fallback?: string | undefined }
  /** One level a column, widest first. */
  | { readonly kind: "levels"; readonly columns: readonly string[] }
  /** 1 where the item is of the category that the column is named after. */
  | { readonly kind: "flags"; readonly columns: readonly string[] };

const LEVEL =
  /^(.*(?:categor(?:y|ie|ia|ies)|kategorie|cat|genre|class|level|department|rayon|groupe?|lvl))[\s_.-]*(?:(?:level|lvl|name|l)[\s_.-]*)?(\d{1,2})(?:[\s_.-]*name)?$/i;
/** Widest first. */
const NAMED_LEVELS: readonly (readonly RegExp[])[] = [
  [/^(main|root|top|parent)[\s_.-]*(cat(egory)?|kategorie)([\s_.-]*name)?$/i, /^department([\s_.-]*name)?$/i],
  [/^(product[\s_.-]*)?(cat(egory)?|kategorie|catégorie)([\s_.-]*name)?$/i],
  [/^(sub|child|second(ary)?)[\s_.-]*(cat(egory)?|kategorie)([\s_.-]*name)?$/i],
  [/^(sub[\s_.-]*sub|leaf)[\s_.-]*(cat(egory)?|kategorie)([\s_.-]*name)?$/i],
];
/** Fewer flags are properties such as `available`, not genres. */
const LEAST_FLAGS = 4;

/** `named`: the column is the user's word, which no family overrules. */
export async function findCategoryColumns(
  database: DuckDBConnection,
  source: TableSource,
  chosen: CatalogueColumns,
  named: boolean,
): Promise<CategoryColumns | undefined> {
  const { categories, mainCategory } = chosen;
  if (named && categories !== undefined) return { kind: "cells", column: categories };
  const others = source.columns.filter((column) => column !== chosen.id);
  const levels = numberedLevels(others) ?? namedLevels(others);
  if (levels !== undefined && (categories === undefined || levels.includes(categories))) {
    return { kind: "levels", columns: levels };
  }
  if (categories !== undefined) return { kind: "cells", column: categories, fallback: mainCategory };
  if (mainCategory !== undefined) return { kind: "cells", column: mainCategory };
  const taken = new Set(Object.values(chosen));
  const flags = await flagColumns(
    database,
    source,
    others.filter((column) => !taken.has(column)),
  );
  return flags.length < LEAST_FLAGS ? undefined : { kind: "flags", columns: flags };
}

export function columnsOf(found: CategoryColumns | undefined): readonly string[] {
  if (found === undefined) return [];
  if (found.kind !== "cells") return found.columns;
  return found.fallback === undefined ? [found.column] : [found.column, found.fallback];
}

function numberedLevels(columns: readonly string[]): string[] | undefined {
  const families = new Map<string, { column: string; level: number }[]>();
  for (const column of columns) {
    const match = LEVEL.exec(column);
    if (match === null) continue;
    const family = match[1]!.toLowerCase();
    families.set(family, [...(families.get(family) ?? []), { column, level: Number(match[2]) }]);
  }
  const largest = [...families.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  if (largest.length < 2) return undefined;
  return largest.sort((a, b) => a.level - b.level).map(({ column }) => column);
}

function namedLevels(columns: readonly string[]): string[] | undefined {
  const found = NAMED_LEVELS.map((patterns) =>
    columns.find((column) => patterns.some((pattern) => pattern.test(column))),
  ).filter((column) => column !== undefined);
  return found.length < 2 ? undefined : found;
}

const FLAG_WORDS = ["0", "1", "0.0", "1.0", "true", "false", "t", "f", "yes", "no", "y", "n", ""];
/** What shops flag that is no category. */
const PROPERTY =
  /^(is|has|can|allow|no)[\s_.-]|^(is|has)[A-Z]|available|active|hidden|stock|publish|visible|enabled|deleted|archived|discontinued|featured|sale|taxable|shipping|gift/i;

async function flagColumns(
  database: DuckDBConnection,
  source: TableSource,
  columns: readonly string[],
): Promise<string[]> {
  const candidates = columns.filter((column) => !PROPERTY.test(column));
  if (candidates.length < LEAST_FLAGS) return [];
  const words = FLAG_WORDS.map((word) => `'${word}'`).join(", ");
  const tests = candidates.map((column) => {
    const text = `lower(trim(${identifier(column)}::VARCHAR))`;
    // A column without a cell that says something is no category.
    return `bool_and(${text} IS NULL OR ${text} IN (${words})) AND count(nullif(${text}, '')) > 0,
      avg((${isSet(text)})::INTEGER)`;
  });
  const [row] = await source.read(() => readRows(database, `SELECT ${tests.join(", ")} FROM ${source.sql()}`));
  const flags = candidates.filter((_, k) => row![2 * k] === true && row![2 * k + 1] !== null);
  // Categories are shared by some items: where most flags are set on most items, they say something else.
  const set = candidates.reduce((sum, column, k) => sum + (flags.includes(column) ? Number(row![2 * k + 1]) : 0), 0);
  return 2 * set <= flags.length ? flags : [];
}

function isSet(text: string): string {
  return `coalesce(${text} IN ('1', '1.0', 'true', 't', 'yes', 'y'), false)`;
}

/** Whether a flag's cell is set. */
export function isFlagged(cell: unknown): boolean {
  return /^(1(\.0)?|true|t|yes|y)$/i.test(String(cell ?? "").trim());
}
