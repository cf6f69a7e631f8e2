// Tables of an SQLite file, read through the library that the journals use: no extension is needed.
import { copyFile } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import Database from "libsql";
import { InputError, OperationError } from "../../../base/errors.ts";
import { exists } from "../../../base/files.ts";
import { dialectFor } from "../dialect-options.ts";
import { writeJsonLines } from "../json/json-lines.ts";
import { openJson } from "../json-table.ts";
import { copyPath, type OpenOptions, type TableSource } from "../table-source.ts";
import { checkQuery, chooseTable } from "./choose-table.ts";

/** @throws UsageError for a table that is not there, InputError for a file that is no database */
export async function openSqlite(
  database: DuckDBConnection,
  path: string,
  name: string,
  options: OpenOptions,
): Promise<TableSource> {
  const { dialect = dialectFor("interactions"), signal } = options;
  const file = await openSafely(path, name, options);
  try {
    const flag = (table: string) => dialect.flag("table", table);
    const tables = tablesOf(file);
    const table = dialect.query === undefined ? chooseTable(dialect.table, tables, name, flag) : undefined;
    const query =
      table === undefined
        ? checkQuery(dialect.query!, dialect.flag("query", "..."))
        : `SELECT * FROM "${table.replaceAll('"', '""')}"`;
    const lines = await copyPath(options, "rows.jsonl");
    const columns = await copyRows(file, query, lines, name, signal);
    const shown = table === undefined ? `${name} (--query)` : `${name} (table ${table})`;
    const source = await openJson(database, { path: lines, name: shown }, options);
    const place = async (ordinal: number) => ({ where: `${shown}, row ${ordinal + 1}` });
    const order = (column: string) => columns.indexOf(column);
    const sorted = [...source.columns].sort((a, b) => order(a) - order(b));
    return { ...source, columns: sorted, files: [], place };
  } finally {
    file.close();
  }
}

/** A database that nobody has open is read in a copy: looking at one can leave files beside it. */
async function openSafely(path: string, name: string, options: OpenOptions): Promise<Database.Database> {
  let opened = path;
  if (!(await exists(`${path}-wal`))) {
    opened = await copyPath(options, "copy.db");
    await copyFile(path, opened);
  }
  try {
    const file = new Database(opened, { fileMustExist: true });
    file.pragma("query_only = 1");
    tablesOf(file);
    return file;
  } catch (cause) {
    const found = `no readable SQLite database (${(cause as Error).message})`;
    throw new InputError({ where: name, found, expected: "an SQLite database", todo: "Check the file." }, { cause });
  }
}

function tablesOf(file: Database.Database): string[] {
  const sql =
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name";
  return (file.prepare(sql).all() as { name: string }[]).map(({ name }) => name);
}

/** Write the rows as JSON lines, and return the columns. */
async function copyRows(
  file: Database.Database,
  query: string,
  lines: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  try {
    const statement = file.prepare(query);
    const columns = statement.columns().map((column) => column.name);
    const keys = columns.map((column) => `${JSON.stringify(column)}:`);
    async function* records() {
      let count = 0;
      for (const row of statement.safeIntegers(true).raw(true).iterate() as Iterable<unknown[]>) {
        count++;
        yield { text: `{${row.map((cell, k) => keys[k] + cellJson(cell)).join(",")}}`, isLoose: false };
      }
      if (count === 0) throw new InputError({ where: name, found: "no rows", expected: "interactions or items" });
    }
    await writeJsonLines(lines, records(), signal);
    return columns;
  } catch (cause) {
    if (cause instanceof InputError || signal?.aborted) throw cause;
    throw new OperationError(`${name}: the database refuses to be read (${(cause as Error).message}).`, { cause });
  }
}

function cellJson(cell: unknown): string {
  if (typeof cell === "bigint") return String(cell);
  if (cell instanceof Uint8Array) return JSON.stringify(Buffer.from(cell).toString("utf8"));
  // SQLite stores infinities; JSON has none.
  if (typeof cell === "number" && !Number.isFinite(cell)) return JSON.stringify(String(cell));
  return JSON.stringify(cell) ?? "null";
}
