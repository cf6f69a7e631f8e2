// The one door to DuckDB: an in-memory database per piece of work, and the few shapes in which data crosses it.
import { AsyncLocalStorage } from "node:async_hooks";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBIntegerVector,
  INTEGER,
} from "@duckdb/node-api";
import { availableBytes } from "../base/available-memory.ts";
import { internal, OperationError, UsageError } from "../base/errors.ts";
import { systemCodeIn } from "../base/system-errors.ts";
import { openDatabase } from "./duckdb-instances.ts";
import { MAX_LINE_BYTES } from "./sources/line-limit.ts";

/** Between two queries there is nothing to interrupt: the next one is met by asking again. */
const INTERRUPT_EVERY_MS = 100;

/** Readers and writers open databases far below whoever was told how many threads there are. */
const threadLimit = new AsyncLocalStorage<number>();

/** Have all databases that `work` opens use so many threads; undefined: one per core. */
export function withThreads<T>(threads: number | undefined, work: () => Promise<T>): Promise<T> {
  return threads === undefined ? work() : threadLimit.run(threads, work);
}

/**
 * Run `work` on a fresh in-memory database and release its native memory, whatever happens. It takes half of the
 * machine's memory, then goes on among the temporary files. Once `signal` has fired, queries end with an error.
 * @throws OperationError when that does not suffice either.
 */
export async function withDatabase<T>(
  work: (database: DuckDBConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const memoryMiB = Math.max(256, Math.floor(availableBytes() / 2 ** 21));
  const { connection, close } = await openDatabase(memoryMiB, threadLimit.getStore());
  const stop = signal && AbortSignal.any([signal]);
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    timer = setTimeout(interrupt, INTERRUPT_EVERY_MS);
  };
  stop?.addEventListener("abort", interrupt);
  if (stop?.aborted) interrupt();
  let isClean = false;
  try {
    const result = await work(connection);
    isClean = !changed.has(connection);
    return result;
  } catch (cause) {
    throw isOutOfMemory(cause) ? outOfMemory(memoryMiB, cause) : cause;
  } finally {
    stop?.removeEventListener("abort", interrupt);
    clearTimeout(timer);
    await close(isClean);
  }
}

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Out of Memory Error");
}

function outOfMemory(memoryMiB: number, cause: unknown): OperationError {
  const message = `The tables need more than ${memoryMiB} MiB, half of the memory here, and more than ${tmpdir()} can hold. Give fewer rows, set TMPDIR to a larger disk, or use a machine with more memory.`;
  return new OperationError(message, { cause });
}

/** A function of DuckDB that reads a file. */
export type FileReader = "read_csv" | "read_json" | "read_parquet";

/**
 * The SQL of the table in the file at `path`. To DuckDB's readers names are patterns, a leading `~` is the home, `s3:`
 * a server, and a folder `user=7` a column that replaces the file's own: here a name is a name.
 * @throws UsageError for a name that cannot be written as a pattern of itself.
 */
export function fileTable(reader: FileReader, path: string, options: readonly string[] = []): string {
  return `${reader}(${[literal(patternOf(resolve(path))), ...options, "hive_partitioning=false"].join(", ")})`;
}

function patternOf(path: string): string {
  const wild = /[[*?]/g;
  if (!path.match(wild)) return path;
  // In patterns DuckDB takes a backslash for the end of a folder's name, on every system.
  if (sep !== "\\" && path.includes("\\")) {
    throw new UsageError(`${path}: a path with a backslash and one of [ * ? cannot be read. Rename the file.`);
  }
  return path.replace(wild, "[$&]");
}

/** The same for an object of S3, whose key may hold the signs of patterns. */
export function serverTable(reader: FileReader, address: string, options: readonly string[] = []): string {
  const name = literal(address.replace(/[[*?]/g, "[$&]"));
  return `${reader}(${[name, ...options, "hive_partitioning=false"].join(", ")})`;
}

/** `text` as an SQL string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `name` as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What changes more than a database: settings, extensions, other databases, and secrets above all. */
const LASTING = /\b(?:set|pragma|load|install|attach|secret)\b/i;

/** Connections whose instance nothing else may use. */
const changed = new WeakSet<DuckDBConnection>();

/** Run statements whose result nobody reads. */
export async function execute(database: DuckDBConnection, sql: string): Promise<void> {
  if (LASTING.test(sql)) changed.add(database);
  await plainly(database.run(sql));
}

/** A refusal in its own first line: the rest quotes SQL and DuckDB's options, which are none of the user's. */
async function plainly<T>(query: Promise<T>): Promise<T> {
  return query.catch((cause: Error) => {
    const [message] = cause.message.split("\n") as [string];
    const error = new OperationError(message, { cause });
    const path = /"([^"]+)"/.exec(message)?.[1];
    throw Object.assign(error, { code: systemCodeIn(message), syscall: "query", path });
  });
}

/** All result rows as arrays of plain values. */
export async function readRows(database: DuckDBConnection, sql: string): Promise<unknown[][]> {
  const reader = await plainly(database.runAndReadAll(sql));
  return reader.getRowsJS() as unknown[][];
}

/**
 * The rows of `source` (a table or table function) as objects, through JSON, without absent values. Whole numbers
 * beyond 2^53, which are ids, come as texts: as numbers they would be somebody else's.
 */
export async function readObjects(database: DuckDBConnection, source: string): Promise<Record<string, unknown>[]> {
  const rows = await readRows(database, rowsAsJson(source));
  return rows.map(([json]) => objectOf(json));
}

/** The same block by block, so that not all texts are there at once; nothing else may be asked meanwhile. */
export async function* objectBlocks(
  database: DuckDBConnection,
  source: string,
): AsyncGenerator<Record<string, unknown>[], void> {
  const result = await plainly(database.stream(rowsAsJson(source)));
  for (;;) {
    const chunk = await plainly(result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getColumnValues(0).map(objectOf);
  }
}

/** SQL: the rows of `source` (a table or table function) as JSON. */
export function rowsAsJson(source: string): string {
  // A column of the same name would be taken for the row.
  const row = identifier("the whole row of this table");
  return `SELECT to_json(${row})::VARCHAR FROM ${source} AS ${row}`;
}

function objectOf(json: unknown): Record<string, unknown> {
  return withoutNulls(parseExactly(String(json)) as Record<string, unknown>);
}

/** A JSON value; whole numbers beyond 2^53 become texts, for JavaScript has not all of their digits. */
export function parseExactly(json: string): unknown {
  return JSON.parse(/\d{16}/.test(json) ? withLongNumbersQuoted(json) : json);
}

function withLongNumbersQuoted(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}

export function withoutNulls(record: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) if (value !== null && value !== undefined) kept[key] = value;
  return kept;
}

/** All-INTEGER result columns as typed arrays; a NULL comes back as -1. */
export async function readInt32Columns(database: DuckDBConnection, sql: string): Promise<Int32Array[]> {
  return readColumns(database, sql, DuckDBIntegerVector, (rows) => new Int32Array(rows), -1);
}

/** All-DOUBLE result columns as typed arrays; a NULL comes back as NaN. */
export async function readNumberColumns(database: DuckDBConnection, sql: string): Promise<Float64Array[]> {
  return readColumns(database, sql, DuckDBDoubleVector, (rows) => new Float64Array(rows), Number.NaN);
}

async function readColumns<A extends Int32Array | Float64Array>(
  database: DuckDBConnection,
  sql: string,
  vectorClass: typeof DuckDBIntegerVector | typeof DuckDBDoubleVector,
  allocate: (rows: number) => A,
  missing: number,
): Promise<A[]> {
  // Taken from the query as it goes, block by block: whole, the result would be there twice.
  const result = await plainly(database.stream(sql));
  const columns: A[][] = Array.from({ length: result.columnCount }, () => []);
  let rows = 0;
  for (;;) {
    const chunk = await plainly(result.fetchChunk());
    // Each asks DuckDB anew.
    const rowCount = chunk?.rowCount ?? 0;
    if (chunk === null || rowCount === 0) return columns.map((blocks) => joined(blocks, allocate(rows)));
    columns.forEach((blocks, c) => {
      const vector = chunk.getColumnVector(c);
      if (!(vector instanceof vectorClass)) throw internal(`result column ${c} is no ${vectorClass.name}`);
      const block = allocate(rowCount);
      for (let r = 0; r < rowCount; r++) block[r] = (vector.getItem(r) as number | null) ?? missing;
      blocks.push(block);
    });
    rows += rowCount;
  }
}

/** `blocks` end to end in `out`; they are gone afterwards. */
function joined<A extends Int32Array | Float64Array>(blocks: A[], out: A): A {
  let end = out.length;
  for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
    end -= block.length;
    out.set(block, end);
  }
  return out;
}

/** Rows handed over at once: as many as a block of DuckDB's holds. */
const BLOCK_ROWS = 2048;

/** Append rows to a table of INTEGER and DOUBLE columns; an absent value and NaN become NULL. */
export async function appendNumbers(
  database: DuckDBConnection,
  table: string,
  types: readonly ("INTEGER" | "DOUBLE")[],
  rows: Iterable<readonly (number | undefined)[]>,
): Promise<void> {
  const appender = await database.createAppender(table);
  const blockTypes = types.map((type) => (type === "INTEGER" ? INTEGER : DOUBLE));
  let waiting: (readonly (number | undefined)[])[] = [];
  const append = () => {
    const block = DuckDBDataChunk.create(blockTypes, waiting.length);
    for (let c = 0; c < types.length; c++) {
      const vector = block.getColumnVector(c);
      waiting.forEach((row, r) => {
        const value = row[c];
        vector.setItem(r, value === undefined || Number.isNaN(value) ? null : value);
      });
      vector.flush();
    }
    appender.appendDataChunk(block);
    waiting = [];
  };
  try {
    for (const row of rows) if (waiting.push(row) === BLOCK_ROWS) append();
    if (waiting.length > 0) append();
  } finally {
    appender.closeSync();
  }
}

/** Column name -> SQL type, in file order; a column without a type is left out. */
export type ParquetColumns = Readonly<Record<string, string | undefined>>;

/**
 * Write `records` to a Parquet file, in order; an absent field becomes NULL. The rows pass by way of a text file beside
 * it.
 */
export async function writeParquet(
  path: string,
  columns: ParquetColumns,
  records: Iterable<object>,
  signal?: AbortSignal,
): Promise<void> {
  const rowsFile = `${path}.rows.jsonl`;
  await pipeline(Readable.from(jsonLines(records)), createWriteStream(rowsFile), { signal });
  await parquetOfLines(path, columns, rowsFile, signal);
  await rm(rowsFile);
}

/** Write the records of a file of JSON lines to a Parquet file, in order; an absent field becomes NULL. */
export async function parquetOfLines(
  path: string,
  columns: ParquetColumns,
  rowsFile: string,
  signal?: AbortSignal,
): Promise<void> {
  const types = Object.entries(columns).flatMap(([name, type]) =>
    type === undefined ? [] : [`${literal(name)}: ${literal(type)}`],
  );
  const options = [
    "format='newline_delimited'",
    `columns={${types.join(", ")}}`,
    `maximum_object_size=${MAX_LINE_BYTES}`,
  ];
  const source = fileTable("read_json", rowsFile, options);
  const copy = `COPY (SELECT * FROM ${source}) TO ${literal(resolve(path))} (FORMAT parquet, COMPRESSION zstd)`;
  await withDatabase((database) => execute(database, copy), signal);
}

const LINES_PER_CHUNK = 2000;

function* jsonLines(records: Iterable<object>): Generator<string> {
  let chunk: string[] = [];
  for (const record of records) {
    chunk.push(JSON.stringify(record), "\n");
    if (chunk.length >= 2 * LINES_PER_CHUNK) {
      yield chunk.join("");
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk.join("");
}
