// Several items in one cell: `P201,P102`, `P1|P2`, `['a', 'b']`. Ids may hold commas themselves, so the whole column
// must give evidence before a cell is taken for a list; a catalogue that knows the parts, or the cells, decides.
import type { DuckDBConnection } from "@duckdb/node-api";
import { Doubt } from "../../base/doubt.ts";
import { literal, readRows } from "../duckdb.ts";
import { type BasketCatalogue, readingByCatalogue } from "./basket-join.ts";

/** How the items of a cell stand apart. */
export type Separator = string | "brackets";

const SEPARATORS = [",", ";", "|", "\t", " "] as const;
const NAMES: Readonly<Record<string, string>> = { " ": "space", "\t": "tab" };
const CHARACTERS: Readonly<Record<string, string>> = { space: " ", tab: "\t", comma: ",", pipe: "|", semicolon: ";" };

/** What `--item-separator` says; undefined for `none`. */
export function separatorNamed(word: string): Separator | undefined {
  if (word === "none") return undefined;
  return CHARACTERS[word] ?? word;
}

/** SQL: the cells of `column` as lists of texts. */
export function splitSql(column: string, separator: Separator): string {
  const parts =
    separator === "brackets"
      ? `list_transform(regexp_extract_all(${column}, '''[^'']*''|"[^"]*"|[^\\[\\](){},\\s''"]+'),
         lambda part: trim(part, '''"'))`
      : `list_transform(string_split(${column}, ${literal(separator)}), lambda part: trim(part))`;
  return `list_filter(${parts}, lambda part: part <> '')`;
}

interface Evidence {
  /** Distinct cells that hold more than one part, and all rows with such a cell. */
  readonly cells: number;
  readonly rows: number;
  /** Distinct parts of those cells, and how many of them ... */
  readonly parts: number;
  /** ... are a whole cell elsewhere, ... */
  readonly alone: number;
  /** ... stand in more than one of those cells, ... */
  readonly shared: number;
  /** ... stand first in one cell and later in another, ... */
  readonly moving: number;
  /** ... have no blank inside, ... */
  readonly solid: number;
  /** ... and hold a digit. */
  readonly numbered: number;
}

/**
 * How the items of the column `i` of `table` stand apart in their cells; undefined where a cell is one item.
 * @throws Doubt where the column could be read both ways
 */
export async function findSeparator(
  database: DuckDBConnection,
  table: string,
  where: string,
  column: string,
  catalogue: BasketCatalogue | undefined,
): Promise<Separator | undefined> {
  const counts = SEPARATORS.map((separator) => `count(*) FILTER (contains(i, ${literal(separator)}))`);
  const [row] = await readRows(
    database,
    `SELECT count(i), count(*) FILTER (regexp_full_match(i, '\\s*\\[.*\\]\\s*|\\s*\\(.*\\)\\s*', 's')), ${counts.join(", ")}
    FROM ${table}`,
  );
  const [total, bracketed, ...having] = row!.map(Number) as [number, number, ...number[]];
  if (bracketed > 0 && bracketed === total) return "brackets";
  for (const [at, separator] of SEPARATORS.entries()) {
    if (having[at] === 0) continue;
    const reading = catalogue && (await readingByCatalogue(database, catalogue, cellsSql(table, separator)));
    if (reading === "one item") return undefined;
    if (reading === "basket") return separator;
    const evidence = await weigh(database, table, separator);
    if (isBasket(evidence)) return separator;
    if (separator !== " " && mayBeBasket(evidence, total)) throw await doubt(database, table, where, column, separator);
  }
  return undefined;
}

/** Distinct cells that hold more than one part. */
function cellsSql(table: string, separator: string): string {
  return `(SELECT * FROM (SELECT DISTINCT i, ${splitSql("i", separator)} AS list FROM ${table}
    WHERE contains(i, ${literal(separator)})) WHERE len(list) > 1)`;
}

async function weigh(database: DuckDBConnection, table: string, separator: string): Promise<Evidence> {
  const [row] = await readRows(
    database,
    `WITH cells AS (SELECT i, count(*) AS times, ${splitSql("i", separator)} AS list FROM ${table}
       WHERE contains(i, ${literal(separator)}) GROUP BY i),
     baskets AS (SELECT * FROM cells WHERE len(list) > 1),
     places AS (SELECT i, unnest(list) AS part, unnest(range(len(list))) AS place FROM baskets),
     parts AS (SELECT part, count(DISTINCT i) AS cells, min(place) = 0 AND max(place) > 0 AS moves
       FROM places GROUP BY part),
     whole AS (SELECT DISTINCT i FROM ${table} WHERE NOT contains(i, ${literal(separator)}))
    SELECT (SELECT count(*) FROM baskets), (SELECT coalesce(sum(times), 0) FROM baskets), count(*),
      count(*) FILTER (part IN (SELECT i FROM whole)), count(*) FILTER (cells > 1), count(*) FILTER (moves),
      count(*) FILTER (NOT contains(part, ' ')), count(*) FILTER (regexp_matches(part, '[0-9]')) FROM parts`,
  );
  const [cells, rows, parts, alone, shared, moving, solid, numbered] = row!.map(Number) as number[] as never[];
  return {
    cells: cells!,
    rows: rows!,
    parts: parts!,
    alone: alone!,
    shared: shared!,
    moving: moving!,
    solid: solid!,
    numbered: numbered!,
  };
}

/** Ids made of parts keep each part in its place (`A1|red`); items of baskets come in any order, and come again. */
function isBasket({ cells, parts, alone, shared, moving, solid, numbered }: Evidence): boolean {
  if (cells < 2 || solid < 0.95 * parts || numbered < 0.9 * parts) return false;
  return alone >= 0.9 * parts || (moving >= 0.5 * parts && shared >= 0.6 * parts && parts > 2);
}

function mayBeBasket({ cells, rows, parts, alone, shared, solid }: Evidence, total: number): boolean {
  if (cells < 2 || rows < 0.05 * total || solid < 0.9 * parts) return false;
  return alone >= 0.3 * parts || shared >= 0.6 * parts;
}

async function doubt(
  database: DuckDBConnection,
  table: string,
  where: string,
  column: string,
  separator: string,
): Promise<Doubt> {
  const rows = await readRows(database, `SELECT i FROM ${table} WHERE contains(i, ${literal(separator)}) LIMIT 3`);
  const example = String(rows[0]![0]);
  const word = NAMES[separator] ?? separator;
  return new Doubt(
    {
      where,
      found: `cells such as "${example.slice(0, 60)}" in the item column "${column}"`,
      expected: "one item a cell, or several that stand clearly apart",
    },
    [
      {
        words: "a cell is a basket of several items",
        flag: `--item-separator "${word}"`,
        options: { itemSeparator: word },
      },
      { words: "a cell is one item", flag: "--item-separator none", options: { itemSeparator: "none" } },
    ],
    rows.map(([cell]) => ({ [column]: String(cell) })),
  );
}
