// The journal as a file for other machines and other programs: JSON lines or Parquet, one record an answer.
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError, OperationError, UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { reasonOf } from "../base/system-errors.ts";
import { fileTable, readLines, readObjects, withDatabase, writeParquet } from "../data/index.ts";
import type { Journal } from "./journal.ts";
import { checkRecord, type JournalRecord, RECORD_COLUMNS } from "./journal-record.ts";

type Format = "jsonl" | "parquet";

const NUMBERS: Readonly<Partial<Record<keyof JournalRecord, string>>> = {
  promptTokens: "BIGINT",
  cachedTokens: "BIGINT",
  completionTokens: "BIGINT",
  thinkingTokens: "BIGINT",
  milliseconds: "DOUBLE",
  calls: "BIGINT",
  attempt: "BIGINT",
  similarity: "DOUBLE",
};

/** Records in one transaction of an import. */
const BATCH_RECORDS = 1000;

/**
 * Write every record of `journal` to a `.jsonl` or `.parquet` file, whole or not at all; returns how many.
 * @throws UsageError for another ending; InputError for a damaged journal; OperationError when the disk refuses.
 */
export async function exportJournal(journal: Journal, path: string): Promise<number> {
  const format = formatOf(path);
  const partial = `${path}.partial`;
  let count = 0;
  const counted = function* () {
    for (const record of journal.records()) {
      count++;
      yield record;
    }
  };
  journal.check();
  try {
    await mkdir(dirname(path), { recursive: true });
    if (format === "parquet") await writeParquet(partial, parquetColumns(), counted());
    else await pipeline(Readable.from(lines(counted())), createWriteStream(partial));
    await rename(partial, path);
    return count;
  } catch (cause) {
    await rm(partial, { force: true });
    if (cause instanceof InputError) throw cause;
    throw new OperationError(`${path}: could not be written (${reasonOf(cause)}).`, { cause });
  }
}

/**
 * Take the records of a file into `journal`. What is answered there stays; returns how many were read and how many new.
 * @throws UsageError for a file that is neither `.jsonl` nor `.parquet`; InputError, with the line, for a bad record:
 * those before it are kept.
 */
export async function importJournal(journal: Journal, path: string): Promise<{ read: number; added: number }> {
  const format = formatOf(path);
  if (!(await exists(path))) {
    throw new InputError({ where: path, found: "no such file", expected: "an exported journal" });
  }
  let [read, added] = [0, 0];
  let batch: JournalRecord[] = [];
  const store = () => {
    added += journal.merge(batch);
    batch = [];
  };
  for await (const value of format === "parquet" ? parquetRows(path) : jsonRows(path)) {
    batch.push(checkRecord(value, path, ++read));
    if (batch.length >= BATCH_RECORDS) store();
  }
  store();
  return { read, added };
}

function formatOf(path: string): Format {
  const ending = extname(path).slice(1);
  if (ending === "jsonl" || ending === "parquet") return ending;
  throw new UsageError(`${path}: expected a file name ending in .jsonl or .parquet.`);
}

function parquetColumns(): Record<string, string> {
  return Object.fromEntries(RECORD_COLUMNS.map((name) => [name, NUMBERS[name] ?? "VARCHAR"]));
}

function* lines(records: Iterable<JournalRecord>): Generator<string> {
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}

async function* parquetRows(path: string): AsyncGenerator<unknown> {
  const rows = await withDatabase((database) => readObjects(database, fileTable("read_parquet", path))).catch(
    (cause: Error) => {
      const found = cause.message.split("\n")[0]!;
      throw new InputError({ where: path, found, expected: "a Parquet file" }, { cause });
    },
  );
  yield* rows;
}

async function* jsonRows(path: string): AsyncGenerator<unknown> {
  let line = 0;
  for await (const text of readLines(path)) {
    line++;
    if (text.trim() !== "") yield parseLine(text, path, line);
  }
}

function parseLine(text: string, where: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError({ where, line, found: (cause as Error).message, expected: "one JSON object" }, { cause });
  }
}
