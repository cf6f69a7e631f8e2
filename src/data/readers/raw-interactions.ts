// The first table of a reading: one row an interaction, as texts, in record order. A record that holds a list of items
// becomes as many rows.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { InteractionColumns } from "../columns/interaction-columns.ts";
import { execute, identifier, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { LeftOut } from "../understanding.ts";
import { findSeparator, type Separator, separatorNamed, splitSql } from "./baskets.ts";

export interface RawOptions {
  /** How several items in one cell stand apart; `none`: a cell is one item. Default: recognised. */
  readonly itemSeparator?: string | undefined;
  /** Knows items, and so whether a cell is one. */
  readonly catalogue?: TableSource | undefined;
  /** Its id column, where the user names it. */
  readonly itemsId?: string | undefined;
}

export interface RawRows {
  /**
   * The source with one row an interaction: several rows can come from one record. Its `place` takes the `rowid` of a
   * row of `raw`.
   */
  readonly source: TableSource;
  readonly leftOut: readonly LeftOut[];
  /** One sentence each: what the records say plainly, and what was decided from their cells. */
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
}

/** Columns of `raw`, and the chosen columns that they come from. */
const COLUMNS = {
  u: "user",
  i: "item",
  time_text: "timestamp",
  clock_text: "timeOfDay",
  rating_text: "rating",
  event_text: "event",
  quantity_text: "quantity",
} as const satisfies Readonly<Record<string, keyof InteractionColumns>>;

type RawColumn = keyof typeof COLUMNS;
const RAW_COLUMNS = Object.keys(COLUMNS) as RawColumn[];

/**
 * Make the table `raw(u, i, time_text, clock_text, rating_text, event_text, quantity_text)`, all texts, NULL where the
 * table has no such column. Rows stand in the order of the records (`rowid`), items of one record in their own order.
 * @throws InputError for records that do not parse, Doubt where a cell may hold one item or several
 */
export async function readRaw(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
  options: RawOptions,
): Promise<RawRows> {
  const chosen = RAW_COLUMNS.map((name) => [name, columns[COLUMNS[name]]] as const);
  const names = chosen.map(([, column]) => column).filter((column) => column !== undefined);
  const texts = chosen.map(([name, column]) =>
    column === undefined ? `NULL::VARCHAR AS ${name}` : `${identifier(column)} AS ${name}`,
  );
  const lists = chosen.filter(([, column]) => column !== undefined && source.lists?.has(column)).map(([name]) => name);
  refuseLists(source, columns, lists);
  await source.read(() =>
    execute(
      database,
      `CREATE TABLE raw AS SELECT ${texts.join(", ")} FROM ${lists.length > 0 ? source.listed!(names, "all") : source.sql()}`,
    ),
  );
  const split = lists.includes("i") ? undefined : await separatorOf(database, source, columns, options);
  if (!lists.includes("i") && split === undefined) return { source, leftOut: [], notices: [], warnings: [] };
  return explode(database, source, columns, { lists, split });
}

/** A list of users, or of times beside one item, says nothing that could be read. */
function refuseLists(source: TableSource, columns: InteractionColumns, lists: readonly RawColumn[]): void {
  const bad = lists.includes("u") ? "u" : lists.includes("i") ? undefined : lists[0];
  if (bad === undefined) return;
  const meaning = COLUMNS[bad];
  const found = `lists of values in "${columns[meaning]}"`;
  const todo = `Name another column with --${meaning}, or write one value a record.`;
  throw new InputError({ where: source.name, found, expected: `one ${meaning} a record`, todo });
}

async function separatorOf(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
  { itemSeparator, catalogue, itemsId }: RawOptions,
): Promise<Separator | undefined> {
  if (itemSeparator !== undefined) return separatorNamed(itemSeparator);
  return findSeparator(database, "raw", source.name, columns.item, catalogue && { table: catalogue, itemsId });
}

/** Make of `raw` a table of one row an item, and keep the record of each row. */
async function explode(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
  { lists, split }: { readonly lists: readonly RawColumn[]; readonly split: Separator | undefined },
): Promise<RawRows> {
  await execute(database, "ALTER TABLE raw RENAME TO records");
  const parallel = split === undefined ? lists : ["i" as const, ...(await parallelCells(database, split))];
  const list = (name: RawColumn) => (split === undefined ? name : splitSql(name, split));
  if (split === undefined) await checkLengths(database, source, columns, lists);
  const cells = RAW_COLUMNS.map((name) => (parallel.includes(name) ? `unnest(${list(name)}) AS ${name}` : name));
  await execute(database, `CREATE TABLE raw AS SELECT ${cells.join(", ")}, rowid AS record FROM records`);
  const [row] = await readRows(
    database,
    `SELECT count(*), count(*) FILTER (size > 1), max(size), count(*) FILTER (size IS NULL OR size = 0)
    FROM (SELECT len(${list("i")}) AS size FROM records)`,
  );
  const [records, several, most, empty] = row!.map(Number) as [number, number, number, number];
  const notices: string[] = [];
  const warnings: string[] = [];
  if (several > 0) {
    const words = `${source.name}: ${several} of ${records} records hold several items in "${columns.item}" (up to ${most})`;
    const rest = parallel.length > 1 ? "" : " at the time of the record";
    const message = `${words}; each item counts as an interaction${rest}.`;
    if (split === undefined) notices.push(message);
    else warnings.push(`${message} If a cell is one item, say --item-separator none.`);
  }
  const leftOut = empty === 0 ? [] : [await withoutItems(database, source, columns.item, list("i"), empty)];
  for (const { count } of leftOut) {
    notices.push(`${source.name}: ${count} records hold no item in "${columns.item}" and were left out.`);
  }
  await execute(database, "DROP TABLE records");
  const place = async (rowid: number) => {
    const [[record]] = (await readRows(database, `SELECT record FROM raw WHERE rowid = ${rowid}`)) as [[bigint]];
    return source.place(Number(record));
  };
  return { source: { ...explodedSource(source, columns.item, split), place }, leftOut, notices, warnings };
}

/** The whole table with one row an item; what stands beside each item of a list goes with it. */
function explodedSource(source: TableSource, item: string, split: Separator | undefined): TableSource {
  const { columns, lists = new Map<string, string>() } = source;
  const isOwn = (name: string) => lists.has(name) && lists.get(name) === lists.get(item);
  const cells = columns.map((name) => {
    const cell = identifier(name);
    if (split !== undefined) return name === item ? `unnest(${splitSql(cell, split)}) AS ${cell}` : cell;
    if (isOwn(name)) return `unnest(${cell}) AS ${cell}`;
    return lists.has(name) ? `to_json(${cell})::VARCHAR AS ${cell}` : cell;
  });
  const table = split === undefined ? source.listed!(columns, "all") : source.sql();
  const rows = `(SELECT ${cells.join(", ")} FROM ${table})`;
  return { ...source, lists: undefined, listed: undefined, sql: () => rows };
}

/** Cells beside the items that hold as many parts as there are items, in every record. */
async function parallelCells(database: DuckDBConnection, split: Separator): Promise<RawColumn[]> {
  const others = RAW_COLUMNS.filter((name) => name !== "u" && name !== "i");
  const sizes = others.map((name) => `bool_and(len(${splitSql(name, split)}) = len(${splitSql("i", split)}))`);
  const [row] = await readRows(
    database,
    `SELECT ${sizes.join(", ")} FROM records WHERE len(${splitSql("i", split)}) > 1`,
  );
  return others.filter((_, at) => row![at] === true);
}

async function checkLengths(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
  lists: readonly RawColumn[],
): Promise<void> {
  for (const name of lists) {
    if (name === "i") continue;
    const [bad] = await readRows(
      database,
      `SELECT rowid, len(i), len(${name}) FROM records WHERE len(i) <> len(${name}) ORDER BY rowid LIMIT 1`,
    );
    if (bad === undefined) continue;
    const { where, line } = await source.place(Number(bad[0]));
    const column = columns[COLUMNS[name]];
    const found = `${bad[1]} values in "${columns.item}" and ${bad[2]} in "${column}"`;
    const todo = `Mend the record, or name another column with --${COLUMNS[name]}.`;
    throw new InputError({ where, line, found, expected: "lists of equal length", todo });
  }
}

async function withoutItems(
  database: DuckDBConnection,
  source: TableSource,
  column: string,
  list: string,
  count: number,
): Promise<LeftOut> {
  const rows = await readRows(
    database,
    `SELECT rowid FROM records WHERE ${list} IS NULL OR len(${list}) = 0 ORDER BY rowid LIMIT 1`,
  );
  const { where, line } = await source.place(Number(rows[0]![0]));
  const place = line === undefined ? where : `${where}:${line}`;
  return { reason: `no item in "${column}"`, count, examples: [{ place, text: "" }] };
}
