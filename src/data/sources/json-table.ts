// JSON: one object a line, an array, a wrapper around an array, objects one after the other; Python's literals too.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileTable, isOutOfMemory, readRows } from "../duckdb.ts";
import { fieldsTable, typeWord } from "./json/json-fields.ts";
import { jsonRecords, type RecordForm, recordForm, writeJsonLines } from "./json/json-lines.ts";
import { type JsonSurvey, surveyJson } from "./json/survey.ts";
import { MAX_LINE_BYTES } from "./line-limit.ts";
import { reading } from "./reading.ts";
import { copyPath, type OpenOptions, type Place, type TableSource } from "./table-source.ts";
import { readText } from "./text-lines.ts";

/** A file that DuckDB can read as it lies there. */
export interface JsonFile {
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
}

type JsonOptions = Pick<OpenOptions, "records" | "scratch" | "signal">;

/** @throws InputError with its line for what is no object. */
export async function openJson(
  database: DuckDBConnection,
  file: JsonFile,
  options: JsonOptions = {},
): Promise<TableSource> {
  const { table, survey, notes, warnings, form } = await openObjects(database, file, options);
  const { signal } = options;
  const columns = survey.fields.map(({ name }) => name);
  return {
    files: [file.path],
    name: file.name,
    kind: "json",
    format: "jsonl",
    columns,
    lists: new Map(survey.fields.filter(({ isList }) => isList).map(({ name, keys }) => [name, keys.join(".")])),
    nested: survey.nested,
    sql: (typed = false) => fieldsTable(table, survey.fields, typed ? "json" : "text"),
    listed: (names, take) =>
      fieldsTable(
        table,
        survey.fields.filter(({ name }) => names.includes(name)),
        take,
      ),
    read: (query) => reading({ file: file.name, columns, signal }, query),
    place: (ordinal) => placeOf(file, form, ordinal, signal),
    types: async () => new Map(survey.fields.map((field) => [field.name, typeWord(field)])),
    form: { format: "jsonl", notes, warnings },
  };
}

interface Objects {
  /** SQL of a table of one column `json`. */
  readonly table: string;
  readonly survey: JsonSurvey;
  readonly form: RecordForm;
  readonly notes: readonly string[];
  readonly warnings?: readonly string[] | undefined;
}

const LINES: RecordForm = { path: [], isArray: false };

async function openObjects(database: DuckDBConnection, file: JsonFile, options: JsonOptions): Promise<Objects> {
  const { signal } = options;
  if (await beginsWithObjectLine(file.path)) {
    const table = objectsTable(file.path);
    const survey = await surveyJson(database, table).catch((cause: unknown) => {
      if (isOutOfMemory(cause) || signal?.aborted) throw cause;
      return undefined;
    });
    // A single object may be a wrapper around the records.
    if (survey !== undefined && survey.others === 0 && survey.records > 1) {
      await refuseDoubled(database, table, survey, (ordinal) => placeOf(file, LINES, ordinal, signal));
      return { table, survey, form: LINES, notes: [] };
    }
  }
  return rewritten(database, file, options);
}

/** The records, read by ourselves and written one a line. */
async function rewritten(database: DuckDBConnection, { path, name }: JsonFile, options: JsonOptions): Promise<Objects> {
  const { records, signal } = options;
  const form = await recordForm(path, name, records, signal);
  const lines = await copyPath(options, "records.jsonl");
  const { loose, halved } = await writeJsonLines(lines, jsonRecords(path, name, form.path, signal), signal);
  const table = objectsTable(lines);
  const survey = await surveyJson(database, table);
  if (survey.records === 0) {
    const todo = "Check the file.";
    throw new InputError({ where: name, found: "no records", expected: "JSON objects", todo });
  }
  await refuseDoubled(database, table, survey, (ordinal) => placeOf({ path, name }, form, ordinal, signal));
  const notes: string[] = [];
  if (form.path.length > 0) notes.push(`the records are the elements of "${form.path.join(".")}"`);
  else if (form.isArray) notes.push("the records are the elements of an array");
  if (loose > 0) notes.push(`${loose} records are no JSON but Python or the like, and were read as such`);
  const warnings = halved === 0 ? undefined : [halvedWords(name, halved)];
  return { table, survey, form, notes, warnings };
}

function halvedWords(name: string, records: number): string {
  const have = records === 1 ? "1 record has" : `${records} records have`;
  return `${name}: ${have} half a sign in a text, such as "\\ud83d" alone, where somebody cut it; it is read as "\ufffd". Export the texts uncut.`;
}

/** The first line with anything on it is a whole object: only then the file may be one object a line. */
async function beginsWithObjectLine(file: string): Promise<boolean> {
  let head = "";
  for await (const chunk of readText(file)) {
    head += chunk;
    const line = /^\s*(\S[^\n]*)\n/.exec(head)?.[1];
    if (line !== undefined) return isObject(line);
    if (head.length > MAX_LINE_BYTES) return false;
  }
  return isObject(head);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function objectsTable(path: string): string {
  const columns = "columns={'json': 'JSON'}";
  return fileTable("read_json", path, [
    "format='newline_delimited'",
    "records=false",
    columns,
    `maximum_object_size=${MAX_LINE_BYTES}`,
  ]);
}

async function placeOf(
  { path, name }: JsonFile,
  form: RecordForm,
  ordinal: number,
  signal: AbortSignal | undefined,
): Promise<Place> {
  let left = ordinal;
  for await (const { line } of jsonRecords(path, name, form.path, signal)) {
    if (left-- === 0) return { where: name, line };
  }
  return { where: name };
}

/** Which of two values with one name is meant, nobody can tell. */
async function refuseDoubled(
  database: DuckDBConnection,
  table: string,
  { doubled }: JsonSurvey,
  place: (ordinal: number) => Promise<Place>,
): Promise<void> {
  if (doubled === 0) return;
  const [first] = await readRows(
    database,
    `SELECT n, keys FROM (SELECT row_number() OVER () - 1 AS n, json_keys(json) AS keys FROM ${table})
    WHERE len(keys) > len(list_distinct(keys)) ORDER BY n LIMIT 1`,
  );
  const keys = first![1] as string[];
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  const { where, line } = await place(Number(first![0]));
  const more = doubled > 1 ? ` (and in ${doubled - 1} further records)` : "";
  const todo = "Write each name once in an object.";
  throw new InputError({
    where,
    line,
    found: `"${twice}" twice in one object${more}`,
    expected: "distinct names",
    todo,
  });
}
