// Where in a file a bad record stands: a second, slower reading that runs only after DuckDB found a fault.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { isOutOfMemory, readRows } from "../duckdb.ts";
import { readLines } from "../text-lines.ts";
import { readDelimited } from "./delimited.ts";
import { parseObject, type TableSource } from "./table-source.ts";

/** Run a query over `source`; a record that does not parse becomes an InputError with its line. */
export async function readingTable<T>(
  database: DuckDBConnection,
  source: TableSource,
  query: () => Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await query();
  } catch (cause) {
    if (isOutOfMemory(cause)) throw cause;
    // The query was interrupted: nothing is wrong with the file.
    if (source.signal?.aborted) throw cause;
    throw await structuralFault(source, (cause as Error).message, cause);
  }
  if (source.kind === "delimited") {
    const rejected = await readRows(database, "SELECT error_message FROM reject_errors ORDER BY line LIMIT 1");
    if (rejected.length > 0) throw await structuralFault(source, String(rejected[0]![0]));
  }
  return result;
}

async function structuralFault(source: TableSource, fallback: string, cause?: unknown): Promise<InputError> {
  const columns = `${source.columns.length} columns (${source.columns.join(", ")})`;
  if (source.kind === "delimited") {
    for await (const record of readDelimited(source.file, source.form!, source.signal)) {
      const found = !record.isClosed
        ? "a quoted field that never ends"
        : record.fields.length === source.columns.length
          ? undefined
          : `${record.fields.length} columns`;
      if (found === undefined) continue;
      const todo = "Mend the line; if it is the last one, the file was cut short.";
      return new InputError({ where: source.file, line: record.line, found, expected: columns, todo }, { cause });
    }
  }
  if (source.kind === "json") {
    let line = 0;
    for await (const text of readLines(source.file, source.signal)) {
      line++;
      if (text.trim() !== "") parseObject(text, source.file, line);
    }
  }
  const todo = "Check that the file is whole and of the stated format.";
  return new InputError({ where: source.file, found: fallback, expected: columns, todo }, { cause });
}

/** Line of the `ordinal`-th data record (0-based); undefined for Parquet, which has no lines. */
export async function lineOfRecord(source: TableSource, ordinal: number): Promise<number | undefined> {
  if (source.kind === "parquet") return undefined;
  let left = ordinal + (source.hasHeader ? 1 : 0);
  if (source.kind === "delimited") {
    for await (const record of readDelimited(source.file, source.form!, source.signal))
      if (left-- === 0) return record.line;
    return undefined;
  }
  let line = 0;
  for await (const text of readLines(source.file, source.signal)) {
    line++;
    if (text.trim() !== "" && left-- === 0) return line;
  }
  return undefined;
}
