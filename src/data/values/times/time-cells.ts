import type { DuckDBConnection } from "@duckdb/node-api";
import type { Place } from "../../sources/table-source.ts";
import { shapeSql } from "./date-sql.ts";

/** The cells of a time column, ready to be looked at. */
export interface TimeCells {
  readonly database: DuckDBConnection;
  /** SQL table of `n` (row, from 0), `x` (cleaned text) and `s` (shape). */
  readonly table: string;
  /** The column's name, for messages. */
  readonly column: string;
  /** File, for messages. */
  readonly where: string;
  /** Where a row stands, for messages. */
  readonly place: (n: number) => Promise<Place>;
}

// Blanks that browsers write before AM and PM, marks of writing direction, quotes that were quoted again.
const BLANKS = "\u00a0\u202f\u2009";
const MARKS = "\u200e\u200f\u200b\ufeff";

/** SQL: `table` with the columns `x` and `s` for its column `text`. */
export function timeCells(table: string, text: string): string {
  const plain = `translate(${text}, '${BLANKS}${MARKS}', '${" ".repeat(BLANKS.length)}')`;
  return `(SELECT *, ${shapeSql("x")} AS s FROM (SELECT *, trim(${plain}, ' \t\r\n"''') AS x FROM ${table}))`;
}
