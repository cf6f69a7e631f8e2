// Ids that somebody kept in a file: one a line, or one column of a table (CSV, TSV, JSON lines, Parquet).
import { extname } from "node:path";
import { InputError, UsageError } from "../base/errors.ts";
import { guessColumn } from "./columns/candidates.ts";
import { fileTable, identifier, parseExactly, readRows, withDatabase } from "./duckdb.ts";
import { readTable } from "./read-table.ts";
import { readLines } from "./sources/text-lines.ts";

export interface ListedId {
  readonly id: string;
  /** 1-based; of a table without lines, the row. */
  readonly line: number;
}

export interface IdListOptions {
  /** Whose ids they are: names of columns are known by it. */
  readonly of: "user" | "item";
  /** Name of the column. Default: the one that is known by its name, or the only one. */
  readonly column?: string | undefined;
  /** What to do where that is not clear, in a sentence. */
  readonly columnTodo: string;
  /** Whether a text is an id: tells a first line of names from one that is an id already. */
  readonly isKnown: (id: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The ids in `file`, in its order, without blanks around them, nor the `.0` of a number where only the number is known;
 * empty ones and repeats are left out.
 * @throws InputError for a file that is absent, damaged or empty; UsageError for a column that it lacks.
 */
export async function readIdList(file: string, options: IdListOptions): Promise<ListedId[]> {
  const listed = await (isParquet(file) ? ofParquet(file, options) : ofText(file, options));
  const met = new Set<string>();
  const ids = listed
    .map(({ id, line }) => ({ id: asKnown(id.trim(), options), line }))
    .filter(({ id }) => id !== "" && !met.has(id) && met.add(id));
  if (ids.length > 0) return ids;
  throw new InputError({ where: file, found: "no ids", expected: `${options.of} ids, one a line or in a column` });
}

/** Whoever kept whole numbers in a column with gaps got `7.0` for 7. */
function asKnown(id: string, { isKnown }: IdListOptions): string {
  const whole = /^(\d+)\.0+$/.exec(id)?.[1];
  return whole !== undefined && !isKnown(id) && isKnown(whole) ? whole : id;
}

function isParquet(file: string): boolean {
  return [".parquet", ".pq"].includes(extname(file).toLowerCase());
}

async function ofText(file: string, options: IdListOptions): Promise<ListedId[]> {
  const first = (await firstLine(file, options.signal)).trim();
  if (first.startsWith("{")) return ofJsonLines(file, options);
  const delimiter = ["\t", ";", ",", "|"].find((each) => first.includes(each));
  const names = delimiter === undefined ? [first] : splitRecord(first, delimiter);
  // An id that looks like a name, "customer-17", is none.
  const isName = delimiter !== undefined || options.column !== undefined || !/\d/.test(first);
  const isHeader = isName && !options.isKnown(first) && columnIn(names, options) !== undefined;
  if (delimiter === undefined || (!isHeader && options.column === undefined)) return ofLines(file, isHeader, options);
  const at = names.indexOf(requireColumn(file, names, options));
  const listed: ListedId[] = [];
  let line = 0;
  for await (const text of readLines(file, options.signal)) {
    line++;
    if (text.trim() !== "") listed.push({ id: splitRecord(text, delimiter)[at] ?? "", line });
  }
  return listed.slice(1);
}

/** Cells of a line: a record with line ends in its cells is no list of ids. */
function splitRecord(text: string, delimiter: string): string[] {
  const cell = new RegExp(`("(?:[^"]|"")*"|[^${delimiter}]*)\\${delimiter}`, "g");
  return Array.from(`${text}${delimiter}`.matchAll(cell), ([, content]) => unquoted(content!.trim()));
}

async function firstLine(file: string, signal: AbortSignal | undefined): Promise<string> {
  for await (const line of readLines(file, signal)) if (line.trim() !== "") return line;
  return "";
}

async function ofLines(file: string, isHeader: boolean, { signal }: IdListOptions): Promise<ListedId[]> {
  const listed: ListedId[] = [];
  let line = 0;
  for await (const text of readLines(file, signal)) listed.push({ id: unquoted(text.trim()), line: ++line });
  const first = listed.findIndex(({ id }) => id !== "");
  return isHeader ? listed.slice(first + 1) : listed;
}

function unquoted(text: string): string {
  return /^"(?:[^"]|"")*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;
}

async function ofJsonLines(file: string, options: IdListOptions): Promise<ListedId[]> {
  const listed: ListedId[] = [];
  let line = 0;
  for await (const text of readLines(file, options.signal)) {
    line++;
    if (text.trim() === "") continue;
    const record = asObject(file, line, text);
    const id = record[requireColumn(file, Object.keys(record), options, line)];
    if (typeof id === "string" || typeof id === "number") listed.push({ id: String(id), line });
  }
  return listed;
}

function asObject(where: string, line: number, text: string): Readonly<Record<string, unknown>> {
  try {
    const value = parseExactly(text);
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw new InputError({ where, line, found: "no JSON object", expected: "one JSON object a line" });
}

function ofParquet(file: string, options: IdListOptions): Promise<ListedId[]> {
  const table = fileTable("read_parquet", file);
  return readTable(file, () =>
    withDatabase(async (database) => {
      const names = (await readRows(database, `DESCRIBE SELECT * FROM ${table}`)).map(([name]) => String(name));
      const column = identifier(requireColumn(file, names, options));
      const rows = await readRows(database, `SELECT ${column}::VARCHAR FROM ${table}`);
      return rows.map(([id], row) => ({ id: id === null ? "" : String(id), line: row + 1 }));
    }, options.signal),
  );
}

/** The column of `names` that holds the ids, as far as names tell. */
function columnIn(names: readonly string[], { of, column }: IdListOptions): string | undefined {
  if (column !== undefined) return names.find((name) => name.trim() === column);
  return guessColumn(of, names);
}

function requireColumn(file: string, names: readonly string[], options: IdListOptions, line?: number): string {
  const found = columnIn(names, options) ?? (names.length === 1 && options.column === undefined ? names[0] : undefined);
  if (found !== undefined) return found;
  const where = line === undefined ? file : `${file}:${line}`;
  const { column, columnTodo, of } = options;
  const wanted = column === undefined ? `which of its columns holds the ${of} ids is not clear` : `no column ${column}`;
  throw new UsageError(`${where}: ${wanted}; it has ${names.join(", ")}. ${columnTodo}`);
}
