import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileTable, identifier, readRows } from "../duckdb.ts";
import { describedTypes, reading } from "./reading.ts";
import type { TableSource } from "./table-source.ts";

/** @throws InputError for what is no whole Parquet file. */
export async function openParquet(
  database: DuckDBConnection,
  file: string,
  signal?: AbortSignal,
): Promise<TableSource> {
  const table = fileTable("read_parquet", file);
  const rows = await readRows(database, `DESCRIBE SELECT * FROM ${table}`).catch((cause: unknown) => {
    const found = (cause as Error).message.split("\n")[0]!;
    const todo = "The file may be cut short or of another format.";
    throw new InputError({ where: file, found, expected: "a Parquet file", todo }, { cause });
  });
  const columns = rows.map(([name]) => String(name));
  const texts = columns.map((name) => `${identifier(name)}::VARCHAR AS ${identifier(name)}`).join(", ");
  return {
    files: [file],
    name: file,
    kind: "parquet",
    format: "parquet",
    columns,
    sql: (typed = false) => (typed ? table : `(SELECT ${texts} FROM ${table})`),
    read: (query) => reading({ file, columns, signal }, query),
    place: async (ordinal) => ({ where: `${file}, row ${ordinal + 1}` }),
    types: async () => describedTypes(database, table),
    form: { format: "parquet", notes: [] },
  };
}
