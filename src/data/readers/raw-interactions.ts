// The first table of a reading: one row an interaction, as texts, in record order.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { InteractionColumns } from "../columns/interaction-columns.ts";
import { execute, identifier } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { LeftOut } from "../understanding.ts";

export interface RawRows {
  /** The source, but that `place` takes the `rowid` of a row of `raw`: several rows can come from one record. */
  readonly source: TableSource;
  /** What the user should know of the way from records to rows, one sentence each. */
  readonly warnings: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Make the table `raw(u, i, time_text, clock_text, rating_text, event_text, quantity_text)`, all texts, NULL where the
 * table has no such column. Rows stand in the order of the records (`rowid`), items of one record in their own order.
 * @throws InputError for records that do not parse
 */
export async function readRaw(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
): Promise<RawRows> {
  const text = (name: string | undefined) => `${name === undefined ? "NULL" : identifier(name)}::VARCHAR`;
  await source.read(() =>
    execute(
      database,
      `CREATE TABLE raw AS SELECT ${identifier(columns.user)} AS u, ${identifier(columns.item)} AS i,
      ${text(columns.timestamp)} AS time_text, ${text(columns.timeOfDay)} AS clock_text,
      ${text(columns.rating)} AS rating_text, ${text(columns.event)} AS event_text,
      ${text(columns.quantity)} AS quantity_text
      FROM ${source.sql()}`,
    ),
  );
  return { source, warnings: [], leftOut: [] };
}
