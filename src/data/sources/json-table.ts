// JSON lines: one object a record.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileTable, literal } from "../duckdb.ts";
import { MAX_LINE_BYTES } from "./line-limit.ts";
import { describedTypes, reading } from "./reading.ts";
import type { TableSource } from "./table-source.ts";
import { readHead, readLines } from "./text-lines.ts";

const HEAD_LINES = 200;

/** @throws InputError with its line for what is no object. */
export async function openJson(
  database: DuckDBConnection,
  { path, name: file }: { readonly path: string; readonly name: string },
  signal?: AbortSignal,
): Promise<TableSource> {
  const names = new Set<string>();
  for (const [index, line] of (await readHead(path, HEAD_LINES)).entries()) {
    if (line.trim() === "") continue;
    for (const key of Object.keys(parseObject(line, file, index + 1))) names.add(key);
  }
  const columns = [...names];
  const sql = (typed = false) => {
    const types = columns.map((name) => `${literal(name)}: '${typed ? "JSON" : "VARCHAR"}'`).join(", ");
    const options = ["format='newline_delimited'", `columns={${types}}`, `maximum_object_size=${MAX_LINE_BYTES}`];
    return fileTable("read_json", path, options);
  };
  const sampled = fileTable("read_json", path, [
    "format='newline_delimited'",
    "sample_size=2000",
    "ignore_errors=true",
  ]);
  const read = <T>(query: () => Promise<T>) =>
    reading({ file, columns, signal, fault: () => firstFault(path, file, signal) }, query);
  return {
    files: [path],
    name: file,
    kind: "json",
    format: "jsonl",
    columns,
    sql,
    read,
    place: (ordinal) => placeOf(path, file, ordinal, signal),
    types: () => read(() => describedTypes(database, sampled)),
    form: { format: "jsonl", notes: [] },
  };
}

async function firstFault(path: string, file: string, signal: AbortSignal | undefined): Promise<undefined> {
  let line = 0;
  for await (const text of readLines(path, signal)) {
    line++;
    if (text.trim() !== "") parseObject(text, file, line);
  }
  return undefined;
}

async function placeOf(path: string, file: string, ordinal: number, signal: AbortSignal | undefined) {
  let left = ordinal;
  let line = 0;
  for await (const text of readLines(path, signal)) {
    line++;
    if (text.trim() !== "" && left-- === 0) return { where: file, line };
  }
  return { where: file };
}

/** @throws InputError, with a hint for the two usual causes: a JSON array and Python literals. */
export function parseObject(line: string, file: string, number: number): Record<string, unknown> {
  const bad = (found: string, todo: string, cause?: unknown) =>
    new InputError({ where: file, line: number, found, expected: "one JSON object a line", todo }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const todo = line.startsWith("[")
      ? "The file is a JSON array: write its elements one a line."
      : line.startsWith("{'")
        ? "The file holds Python literals (old Amazon metadata): convert it to JSON first."
        : "Mend the line; if it is the last one, the file was cut short.";
    throw bad(`malformed JSON (${(cause as Error).message})`, todo, cause);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw bad(Array.isArray(value) ? "an array" : `the value ${line.slice(0, 40)}`, "Write one object a line.");
}
