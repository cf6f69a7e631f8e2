// Interactions of a table file, sorted and without repeats, as typed arrays over dense ordinals.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { ColumnOptions, InteractionColumns } from "../columns/interaction-columns.ts";
import { execute, readNumberColumns, readRows } from "../duckdb.ts";
import { importSettings } from "../settings.ts";
import type { TableSource } from "../sources/table-source.ts";
import { numberSql } from "../values/numbers.ts";
import { secondsPerUnit, timeSql } from "../values/times.ts";
import { readRaw } from "./raw-interactions.ts";

export interface InteractionOptions extends ColumnOptions {
  /** Drop interactions rated lower. Default: keep all. */
  readonly minRating?: number | undefined;
  /** Refuse a file with more interactions. Default: that of `isrf data import`. */
  readonly maxRows?: number | undefined;
}

const MAX_ROWS = importSettings.parse({ out: "" }).maxRows;

export interface Interactions {
  /** In order of first appearance in the file. */
  readonly users: readonly string[];
  readonly items: readonly string[];
  /** Per user, positions in `items`, oldest first, ties in file order. */
  readonly sequences: readonly Int32Array[];
  readonly timestamps?: readonly Float64Array[] | undefined;
  readonly ratings?: readonly Float64Array[] | undefined;
  readonly droppedRepeats: number;
  readonly droppedLowRatings: number;
}

/**
 * Leaves the table `item_list(id, k)` in `database` for the catalogue reader. @throws InputError with file and line.
 */
export async function readInteractions(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
  { minRating, maxRows = MAX_ROWS }: Pick<InteractionOptions, "minRating" | "maxRows">,
): Promise<Interactions> {
  const rows = await readRaw(database, source, columns);
  checkTotal(source.name, await count(database, "raw"), maxRows);
  await execute(
    database,
    `CREATE TABLE parsed AS SELECT rowid AS n, u, i, time_text, rating_text,
    ${timeSql("time_text")} AS t, ${numberSql("rating_text")} AS r FROM raw`,
  );
  await checkValues(database, rows.source, columns);
  const total = await count(database, "parsed");
  const isKept = minRating === undefined ? "true" : `r >= ${minRating}`;
  await execute(database, `CREATE TABLE rated AS SELECT n, u, i, t, r FROM parsed WHERE ${isKept}`);
  const rated = await count(database, "rated");
  await execute(
    database,
    `
    CREATE TABLE kept AS SELECT * FROM rated QUALIFY row_number() OVER (PARTITION BY u, i ORDER BY t, n) = 1;
    CREATE TABLE user_list AS SELECT u AS id, row_number() OVER (ORDER BY min(n)) - 1 AS k FROM kept GROUP BY u;
    CREATE TABLE item_list AS SELECT i AS id, row_number() OVER (ORDER BY min(n)) - 1 AS k FROM kept GROUP BY i;`,
  );
  const kept = await collect(database);
  const { sequences, timestamps, ratings } = kept;
  return {
    users: await idsOf(database, "user_list"),
    items: await idsOf(database, "item_list"),
    sequences,
    timestamps: columns.timestamp === undefined ? undefined : timestamps,
    ratings: columns.rating === undefined ? undefined : ratings,
    droppedLowRatings: total - rated,
    droppedRepeats: rated - (await count(database, "kept")),
  };
}

function checkTotal(where: string, total: number, maxRows: number): void {
  if (total <= maxRows) return;
  const todo = "If these are the shop's own, raise --max-rows.";
  throw new InputError({ where, found: `${total} interactions`, expected: `at most ${maxRows} (--max-rows)`, todo });
}

async function checkValues(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
): Promise<void> {
  const faults: readonly [column: string | undefined, value: string, fault: string, expected: string][] = [
    [columns.user, "u", "u IS NULL OR u = ''", "a user id"],
    [columns.item, "i", "i IS NULL OR i = ''", "an item id"],
    [columns.timestamp, "time_text", "t IS NULL", "a number or a date such as 2024-05-31 12:00:00"],
    [columns.rating, "rating_text", "r IS NULL AND rating_text <> ''", "a number"],
  ];
  for (const [column, value, fault, expected] of faults) {
    if (column === undefined) continue;
    const [bad] = await readRows(database, `SELECT n, ${value} FROM parsed WHERE ${fault} ORDER BY n LIMIT 1`);
    if (bad === undefined) continue;
    const ordinal = Number(bad[0]);
    const { where, line } = await source.place(ordinal);
    const found = bad[1] === null || bad[1] === "" ? `no value in "${column}"` : `"${bad[1]}" in "${column}"`;
    const todo = "Mend or remove the record.";
    throw new InputError({ where, line, found, expected, todo });
  }
}

async function count(database: DuckDBConnection, table: string): Promise<number> {
  return Number((await readRows(database, `SELECT count(*) FROM ${table}`))[0]![0]);
}

async function idsOf(database: DuckDBConnection, table: string): Promise<string[]> {
  return (await readRows(database, `SELECT id FROM ${table} ORDER BY k`)).map(([id]) => String(id));
}

async function collect(
  database: DuckDBConnection,
): Promise<{ sequences: Int32Array[]; timestamps: Float64Array[]; ratings: Float64Array[] }> {
  const [users, items, times, ratings] = await readNumberColumns(
    database,
    `SELECT a.k::DOUBLE, b.k::DOUBLE, t::DOUBLE, r::DOUBLE FROM kept JOIN user_list a ON a.id = u
     JOIN item_list b ON b.id = i ORDER BY a.k, t, n`,
  );
  const unit = secondsPerUnit(times!);
  const out = { sequences: [] as Int32Array[], timestamps: [] as Float64Array[], ratings: [] as Float64Array[] };
  for (let start = 0; start < users!.length; ) {
    let end = start;
    while (end < users!.length && users![end] === users![start]) end++;
    out.sequences.push(Int32Array.from(items!.subarray(start, end)));
    out.timestamps.push(times!.slice(start, end).map((time) => time * unit));
    out.ratings.push(ratings!.slice(start, end));
    start = end;
  }
  return out;
}
