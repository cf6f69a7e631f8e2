// The first records of a table, for people to look at.
import type { DuckDBConnection } from "@duckdb/node-api";
import { readRows, rowsAsJson, withoutNulls } from "../duckdb.ts";
import type { TableSource } from "./table-source.ts";

const COUNT = 3;
/** Numbers of more digits are rounded by JSON: ids must come as they are. */
const SAFE_DIGITS = 15;
const TEXTS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Nested values stay nested; numbers that JSON would round are texts. */
export async function firstRecords(
  database: DuckDBConnection,
  source: TableSource,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const table = `(SELECT * FROM ${source.sql(source.kind !== "delimited")} LIMIT ${COUNT})`;
  const rows = await source.read(() => readRows(database, rowsAsJson(table)));
  return rows.map(([json]) => withoutNulls(JSON.parse(exactly(String(json))) as Record<string, unknown>));
}

/** `json` with every number that a double does not hold as a text. */
export function exactly(json: string): string {
  return json.replace(TEXTS_AND_NUMBERS, (part) =>
    part.startsWith('"') || part.replace(/\D/g, "").length <= SAFE_DIGITS ? part : `"${part}"`,
  );
}
