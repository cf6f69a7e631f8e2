// Queries over a table, with DuckDB's complaints turned into ours.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { isOutOfMemory, readRows } from "../duckdb.ts";

export interface Readable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Looks for the first fault in the file by a second, slower reading; undefined when it finds none. */
  readonly fault?: ((cause?: unknown) => Promise<InputError | undefined>) | undefined;
}

/** Run a query over a table; a record that does not parse becomes an InputError with its place. */
export async function reading<T>(readable: Readable, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
    // The query was interrupted: nothing is wrong with the file.
    if (readable.signal?.aborted) throw cause;
    throw await faultOf(readable, (cause as Error).message, cause);
  }
}

/** What is wrong with the file: its first fault, else `fallback` in DuckDB's words. */
export async function faultOf(
  { file, columns, fault }: Readable,
  fallback: string,
  cause?: unknown,
): Promise<InputError> {
  const found = await fault?.(cause);
  if (found !== undefined) return found;
  const todo = "Check that the file is whole and of the stated format.";
  return new InputError({ where: file, found: fallback, expected: columnWords(columns), todo }, { cause });
}

export function columnWords(columns: readonly string[]): string {
  return `${columns.length} columns (${columns.join(", ")})`;
}

/** Column types of an SQL table, as DuckDB sees them. */
export async function describedTypes(database: DuckDBConnection, table: string): Promise<Map<string, string>> {
  const rows = await readRows(database, `DESCRIBE SELECT * FROM ${table}`);
  return new Map(rows.map(([name, type]) => [String(name), String(type)]));
}
