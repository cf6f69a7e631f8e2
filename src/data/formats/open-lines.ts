// A text file as a table of its lines, for formats that no delimiter divides.
import type { DuckDBConnection } from "@duckdb/node-api";
import { fileTable } from "../duckdb.ts";
import { describedTypes, reading } from "../sources/reading.ts";
import type { TableSource } from "../sources/table-source.ts";

const COLUMNS = ["line"];
/** No text holds it. */
const NO_DELIMITER = "delim='\u0001'";

export function openLines(database: DuckDBConnection, file: string, signal: AbortSignal | undefined): TableSource {
  const sql = fileTable("read_csv", file, [
    NO_DELIMITER,
    "quote=''",
    "escape=''",
    "header=false",
    "auto_detect=false",
    "columns={'line': 'VARCHAR'}",
  ]);
  const read = <T>(query: () => Promise<T>) => reading({ file, columns: COLUMNS, signal }, query);
  return {
    files: [file],
    name: file,
    kind: "delimited",
    format: "csv",
    columns: COLUMNS,
    sql: () => sql,
    read,
    place: async (ordinal) => ({ where: file, line: ordinal + 1 }),
    types: () => read(() => describedTypes(database, sql)),
    form: { format: "csv", notes: [] },
  };
}
