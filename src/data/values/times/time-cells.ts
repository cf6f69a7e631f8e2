import type { DuckDBConnection } from "@duckdb/node-api";
import { readRows } from "../../duckdb.ts";
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

/** SQL: `table` with `x` and `s` for its column `text`; texts are cleaned only where one of them needs it. */
export async function timeCells(database: DuckDBConnection, table: string, text: string): Promise<string> {
  const [row] = await readRows(
    database,
    `SELECT bool_or(regexp_matches(${text}, '[^ -~]|^[ "'']|[ "'']$')) FROM ${table}`,
  );
  const plain = `translate(${text}, '${BLANKS}${MARKS}', '${" ".repeat(BLANKS.length)}')`;
  const clean = row![0] === true ? `trim(${plain}, ' \t\r\n"''')` : text;
  return `(SELECT *, ${shapeSql("x")} AS s FROM (SELECT *, ${clean} AS x FROM ${table}))`;
}
