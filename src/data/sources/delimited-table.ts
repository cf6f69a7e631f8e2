// CSV, TSV and RecBole files.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileTable, literal, readRows } from "../duckdb.ts";
import { type DelimitedForm, readDelimited, splitRecord } from "./delimited-reader.ts";
import { columnWords, describedTypes, faultOf, reading } from "./reading.ts";
import type { Place, TableFormat, TableSource } from "./table-source.ts";

const RECBOLE_HEADER = /^[^\t:]+:(token|token_seq|float|float_seq)(\t[^\t:]+:(token|token_seq|float|float_seq))*$/;
/** Column order of the header-less Amazon rating files (`ratings_Beauty.csv`). */
const AMAZON_RATING_COLUMNS = ["user", "item", "rating", "timestamp"];

/** @throws InputError for a header that names no columns. */
export function openDelimited(
  database: DuckDBConnection,
  file: string,
  format: TableFormat,
  head: string,
  signal?: AbortSignal,
): TableSource {
  const isRecbole = format === "recbole" || RECBOLE_HEADER.test(head);
  const isTsv = format === "tsv" || (format !== "csv" && /\.tsv(\.gz)?$/i.test(file));
  const delimiter = isRecbole || isTsv ? "\t" : commonestDelimiter(head);
  const form = { delimiter, quote: isRecbole ? "" : '"' };
  const first = splitRecord(head, form);
  const hasHeader = !(format === "amazon" && isRatingRow(first));
  const columns = hasHeader ? headerColumns(file, first, isRecbole) : AMAZON_RATING_COLUMNS;
  const types = columns.map((name) => `${literal(name)}: 'VARCHAR'`).join(", ");
  const shape = [`delim=${literal(delimiter)}`, `quote=${literal(form.quote)}`, `header=${hasHeader}`];
  const sql = () =>
    fileTable("read_csv", file, [
      ...shape,
      `escape=${literal(form.quote)}`,
      "auto_detect=false",
      `columns={${types}}`,
      "strict_mode=true",
      "store_rejects=true",
    ]);
  const sampled = fileTable("read_csv", file, [
    ...shape,
    "ignore_errors=true",
    `names=[${columns.map(literal).join(", ")}]`,
  ]);
  const readable = { file, columns, signal, fault: (cause: unknown) => firstFault(file, form, columns, signal, cause) };
  const read = async <T>(query: () => Promise<T>): Promise<T> => {
    const result = await reading(readable, query);
    const rejected = await readRows(database, "SELECT error_message FROM reject_errors ORDER BY line LIMIT 1");
    if (rejected.length > 0) throw await faultOf(readable, String(rejected[0]![0]));
    return result;
  };
  const name = isRecbole ? "recbole" : delimiter === "\t" ? "tsv" : "csv";
  return {
    files: [file],
    name: file,
    kind: "delimited",
    format: name,
    columns,
    blankLists: columns.filter((_, k) => isRecbole && first[k]!.trim().endsWith(":token_seq")),
    sql,
    read,
    place: (ordinal) => placeOf(file, form, ordinal + (hasHeader ? 1 : 0), signal),
    types: () => read(() => describedTypes(database, sampled)),
    form: { format: name, notes: [] },
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

async function firstFault(
  file: string,
  form: DelimitedForm,
  columns: readonly string[],
  signal: AbortSignal | undefined,
  cause: unknown,
): Promise<InputError | undefined> {
  for await (const { fields, isClosed, line } of readDelimited(file, form, signal)) {
    if (isClosed && fields.length === columns.length) continue;
    const found = isClosed ? `${fields.length} columns` : "a quoted field that never ends";
    const todo = "Mend the line; if it is the last one, the file was cut short.";
    return new InputError({ where: file, line, found, expected: columnWords(columns), todo }, { cause });
  }
  return undefined;
}

async function placeOf(
  file: string,
  form: DelimitedForm,
  record: number,
  signal: AbortSignal | undefined,
): Promise<Place> {
  let left = record;
  for await (const { line } of readDelimited(file, form, signal)) if (left-- === 0) return { where: file, line };
  return { where: file };
}
