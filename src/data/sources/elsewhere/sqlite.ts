// Tables of an SQLite file, read through the library that the journals use: no extension is needed.
import { copyFile, open } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { DuckDBConnection } from "@duckdb/node-api";
import Database from "libsql";
import { InputError, OperationError } from "../../../base/errors.ts";
import { exists } from "../../../base/files.ts";
import { dialectFor } from "../dialect-options.ts";
import { writeJsonLines } from "../json/json-lines.ts";
import { openJson } from "../json-table.ts";
import { copyPath, type OpenOptions, type TableSource } from "../table-source.ts";
import { checkQuery, chooseTable } from "./choose-table.ts";

/** Whoever writes has done so by then, or is asked to. */
const BUSY_TIMEOUT_MS = 10_000;

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
  const isOpen = await exists(`${path}-wal`);
  const opened = isOpen ? path : await copyPath(options, "copy.db");
  try {
    if (!isOpen) await copyStill(path, opened, name);
    const file = new Database(opened, { fileMustExist: true });
    file.pragma("query_only = 1");
    tablesOf(file);
    return file;
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const found = `no readable SQLite database (${(cause as Error).message})`;
    throw new InputError({ where: name, found, expected: "an SQLite database", todo: "Check the file." }, { cause });
  }
}

/** A copy of one moment: who writes waits for it, and is waited for. */
async function copyStill(path: string, copy: string, name: string): Promise<void> {
  // Whoever has such a database open keeps a file `-wal` beside it.
  if (await isWal(path)) return copyFile(path, copy);
  const file = new Database(`${pathToFileURL(path)}?mode=ro`);
  try {
    file.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    file.exec("BEGIN");
    // The first look takes the lock.
    tablesOf(file);
    await copyFile(path, copy);
  } catch (cause) {
    const journal = `${path}-journal`;
    if ((cause as { code?: string }).code !== "SQLITE_READONLY_ROLLBACK" || !(await exists(journal))) throw cause;
    const found = `a write that broke off (${basename(journal)})`;
    const todo = "Open it once with the program that writes it, which takes back what is half written.";
    throw new InputError({ where: name, found, expected: "a whole SQLite database", todo }, { cause });
  } finally {
    file.close();
  }
}

/** By the version that its writers must know, in the header. */
async function isWal(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, 18);
    return buffer[0] === 2;
  } finally {
    await file.close();
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
        yield { text: `{${row.map((cell, k) => keys[k] + cellJson(cell)).join(",")}}` };
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
