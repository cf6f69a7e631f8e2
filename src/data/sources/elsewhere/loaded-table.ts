// A table that was copied into the database, as a source.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { execute, identifier, readRows } from "../../duckdb.ts";
import { parquetFields, parquetTable, parquetTypeWord } from "../parquet-fields.ts";
import type { TableSource } from "../table-source.ts";

let count = 0;

/** A name for a new table of the database. */
export function freshTable(): string {
  return `elsewhere_${++count}`;
}

/** Drops the rows without a value in any column, as people leave between parts of a sheet, and counts them. */
export async function dropEmptyRows(database: DuckDBConnection, table: string): Promise<number> {
  const head = await database.run(`SELECT * FROM ${identifier(table)} LIMIT 0`);
  const isEmpty = head.columnNames().map((name) => `coalesce(trim(${identifier(name)}::VARCHAR), '') = ''`);
  const where = `FROM ${identifier(table)} WHERE ${isEmpty.join(" AND ")}`;
  const [[count]] = (await readRows(database, `SELECT count(*) ${where}`)) as [[unknown]];
  if (Number(count) > 0) await execute(database, `DELETE ${where}`);
  return Number(count);
}

/** @throws InputError for a table without rows */
export async function loadedTable(database: DuckDBConnection, table: string, name: string): Promise<TableSource> {
  const head = await database.runAndReadAll(`SELECT * FROM ${identifier(table)} LIMIT 1`);
  if (head.currentRowCount === 0) {
    throw new InputError({ where: name, found: "no rows", expected: "a table of interactions or items" });
  }
  const { fields, nested } = parquetFields(head.columnNames(), head.columnTypes());
  const sql = (form: "typed" | "text" | "all" | "first", names?: readonly string[]) =>
    parquetTable(
      identifier(table),
      names === undefined ? fields : fields.filter((field) => names.includes(field.name)),
      form,
    );
  return {
    files: [],
    name,
    kind: "parquet",
    format: "parquet",
    columns: fields.map((field) => field.name),
    lists: new Map(fields.flatMap(({ name: field, list }) => (list === undefined ? [] : [[field, list] as const]))),
    nested,
    sql: (typed = false) => sql(typed ? "typed" : "text"),
    listed: (names, take) => sql(take, names),
    read: (query) => query(),
    place: async (ordinal) => ({ where: `${name}, row ${ordinal + 1}` }),
    types: async () => new Map(fields.map((field) => [field.name, parquetTypeWord(field)])),
    form: { format: "parquet", notes: [] },
  };
}
