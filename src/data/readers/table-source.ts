// One way to see CSV, TSV, RecBole, JSON lines and Parquet files: a list of columns and an SQL table of texts.
import { open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileTable, identifier, literal, readRows } from "../duckdb.ts";
import { checkCompression, MAX_LINE_BYTES, readHead } from "../text-lines.ts";
import { type DelimitedForm, splitRecord } from "./delimited.ts";

export const TABLE_FORMATS = ["auto", "amazon", "recbole", "csv", "tsv", "jsonl", "parquet"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export interface TableSource {
  readonly file: string;
  readonly kind: "delimited" | "json" | "parquet";
  /** Format in the words of the command line, after sniffing. */
  readonly format: "csv" | "tsv" | "recbole" | "jsonl" | "parquet";
  readonly columns: readonly string[];
  /** Table function whose columns are all VARCHAR; JSON and Parquet keep their types where `typed` is asked for. */
  readonly sql: (typed?: boolean) => string;
  /** For `delimited`. */
  readonly form?: DelimitedForm | undefined;
  readonly hasHeader: boolean;
  /** Ends readings of the file. */
  readonly signal?: AbortSignal | undefined;
}

const RECBOLE_HEADER = /^[^\t:]+:(token|token_seq|float|float_seq)(\t[^\t:]+:(token|token_seq|float|float_seq))*$/;
/** Column order of the header-less Amazon rating files (`ratings_Beauty.csv`). */
const AMAZON_RATING_COLUMNS = ["user", "item", "rating", "timestamp"];
const JSON_HEAD_LINES = 200;

/** @throws InputError when the file is absent, empty, or not of the format asked for. */
export async function openTable(
  database: DuckDBConnection,
  file: string,
  format: TableFormat,
  signal?: AbortSignal,
): Promise<TableSource> {
  return { ...(await openFormat(database, file, format)), signal };
}

async function openFormat(database: DuckDBConnection, file: string, format: TableFormat): Promise<TableSource> {
  const kind = await sniffKind(file, format);
  if (kind === "parquet") return openParquet(database, file);
  await checkCompression(file);
  const [head] = await readHead(file, 1);
  if (head === undefined || head.trim() === "") {
    const found = head === undefined ? "an empty file" : "an empty first line";
    throw new InputError({ where: file, found, expected: "a table of interactions or items", todo: "Check the file." });
  }
  return kind === "json" ? openJson(file) : openDelimited(file, format, head);
}

async function sniffKind(file: string, format: TableFormat): Promise<TableSource["kind"]> {
  if (format === "jsonl") return "json";
  if (format === "parquet") return "parquet";
  if (format !== "auto" && format !== "amazon") return "delimited";
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  if (["jsonl", "ndjson", "json"].includes(extension)) return "json";
  if (["parquet", "pq"].includes(extension)) return "parquet";
  if (["csv", "tsv", "inter", "item", "user"].includes(extension)) return "delimited";
  if (await startsWith(file, "PAR1")) return "parquet";
  const [head = ""] = await readHead(file, 1);
  return head.trimStart().startsWith("{") ? "json" : "delimited";
}

async function startsWith(file: string, magic: string): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return bytesRead === magic.length && buffer.toString("latin1") === magic;
  } finally {
    await handle.close();
  }
}

async function openParquet(database: DuckDBConnection, file: string): Promise<TableSource> {
  const table = fileTable("read_parquet", file);
  const rows = await readRows(database, `DESCRIBE SELECT * FROM ${table}`).catch((cause: unknown) => {
    const found = (cause as Error).message.split("\n")[0]!;
    const todo = "The file may be cut short or of another format.";
    throw new InputError({ where: file, found, expected: "a Parquet file", todo }, { cause });
  });
  const columns = rows.map(([name]) => String(name));
  const texts = columns.map((name) => `${identifier(name)}::VARCHAR AS ${identifier(name)}`).join(", ");
  const sql = (typed = false) => (typed ? table : `(SELECT ${texts} FROM ${table})`);
  return { file, kind: "parquet", format: "parquet", columns, sql, hasHeader: false };
}

async function openJson(file: string): Promise<TableSource> {
  const columns = new Set<string>();
  for (const [index, line] of (await readHead(file, JSON_HEAD_LINES)).entries()) {
    if (line.trim() === "") continue;
    for (const key of Object.keys(parseObject(line, file, index + 1))) columns.add(key);
  }
  const names = [...columns];
  const sql = (typed = false) => {
    const types = names.map((name) => `${literal(name)}: '${typed ? "JSON" : "VARCHAR"}'`).join(", ");
    const options = ["format='newline_delimited'", `columns={${types}}`, `maximum_object_size=${MAX_LINE_BYTES}`];
    return fileTable("read_json", file, options);
  };
  return { file, kind: "json", format: "jsonl", columns: names, sql, hasHeader: false };
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

function openDelimited(file: string, format: TableFormat, head: string): TableSource {
  const isRecbole = format === "recbole" || RECBOLE_HEADER.test(head);
  const isTsv = format === "tsv" || (format !== "csv" && /\.tsv(\.gz)?$/i.test(file));
  const delimiter = isRecbole || isTsv ? "\t" : commonestDelimiter(head);
  const form = { delimiter, quote: isRecbole ? "" : '"' };
  const first = splitRecord(head, form);
  const hasHeader = !(format === "amazon" && isRatingRow(first));
  const columns = hasHeader ? headerColumns(file, first, isRecbole) : AMAZON_RATING_COLUMNS;
  const types = columns.map((name) => `${literal(name)}: 'VARCHAR'`).join(", ");
  const sql = () =>
    fileTable("read_csv", file, [
      `delim=${literal(delimiter)}`,
      `quote=${literal(form.quote)}`,
      `escape=${literal(form.quote)}`,
      `header=${hasHeader}`,
      "auto_detect=false",
      `columns={${types}}`,
      "strict_mode=true",
      "store_rejects=true",
    ]);
  return {
    file,
    kind: "delimited",
    format: isRecbole ? "recbole" : delimiter === "\t" ? "tsv" : "csv",
    columns,
    sql,
    form,
    hasHeader,
  };
}

function commonestDelimiter(head: string): string {
  const count = (delimiter: string) => head.split(delimiter).length;
  return [",", "\t", ";", "|"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function isRatingRow(fields: readonly string[]): boolean {
  return fields.length === AMAZON_RATING_COLUMNS.length && fields.slice(2).every((field) => /^[0-9.]+$/.test(field));
}

function headerColumns(file: string, fields: readonly string[], isRecbole: boolean): string[] {
  const bad = (found: string, expected: string) =>
    new InputError({ where: file, line: 1, found, expected, todo: "Give the file a first line of column names." });
  const names = fields.map((field) => (isRecbole ? field.split(":")[0]! : field).trim());
  if (isRecbole && !fields.every((field) => field.includes(":"))) {
    throw bad(`the header "${fields.join(" ")}"`, 'RecBole names such as "user_id:token", separated by tabs');
  }
  const odd = names.find((name) => name === "" || /^[0-9.]+$/.test(name));
  if (odd !== undefined) throw bad(`"${odd}" in the header`, "column names");
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw bad(`the column "${twice}" twice`, "distinct column names");
  return names;
}
