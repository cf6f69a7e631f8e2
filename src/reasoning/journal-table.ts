// How an answer lies in the journal's table, and how it comes out again. A row is read as one piece of bytes and
// checked here: the driver ends the whole process over a text that is no UTF-8, and SQLite itself does not notice a
// changed byte.
import type Database from "libsql";
import { sha256 } from "../base/files.ts";
import { JOURNAL_RECORD, type JournalRecord, RECORD_COLUMNS } from "./journal-record.ts";

/** In the order in which SQLite stores them: those of the first release, then those that came later. */
const FIRST_COLUMNS = {
  key: "TEXT PRIMARY KEY",
  subjectKind: "TEXT NOT NULL",
  subjectId: "TEXT NOT NULL",
  step: "TEXT NOT NULL",
  provider: "TEXT NOT NULL",
  model: "TEXT NOT NULL",
  promptVersion: "TEXT NOT NULL",
  text: "TEXT NOT NULL",
  promptTokens: "INTEGER NOT NULL",
  completionTokens: "INTEGER NOT NULL",
  milliseconds: "REAL NOT NULL",
  attempt: "INTEGER NOT NULL",
  createdAt: "TEXT NOT NULL",
  status: "TEXT NOT NULL",
} as const;

/** With the value that a row of before has. */
const LATER_COLUMNS = {
  promptHash: { type: "TEXT", absent: "''" },
  thinkingTokens: { type: "INTEGER", absent: "0" },
  calls: { type: "INTEGER", absent: "1" },
  flaws: { type: "TEXT", absent: "''" },
  raw: { type: "TEXT", absent: "''" },
  /** Of all the others; empty in rows of before there was one. */
  checksum: { type: "TEXT", absent: "''" },
  adaptedFrom: { type: "TEXT", absent: "''" },
  similarity: { type: "REAL", absent: "0" },
  cachedTokens: { type: "INTEGER", absent: "0" },
} as const;

type Column = keyof typeof FIRST_COLUMNS | keyof typeof LATER_COLUMNS;

export const STORED_COLUMNS = [...Object.keys(FIRST_COLUMNS), ...Object.keys(LATER_COLUMNS)] as readonly Column[];

const TABLES = `CREATE TABLE IF NOT EXISTS answers (
  ${Object.entries(FIRST_COLUMNS)
    .map(([name, type]) => `${name} ${type}`)
    .join(", ")}
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (
  chain TEXT PRIMARY KEY, owner TEXT NOT NULL, expiresAt INTEGER NOT NULL
) WITHOUT ROWID`;

/** Make what is missing of the tables. */
export function makeTables(database: Database.Database): void {
  database.exec(TABLES);
  if (missingColumns(database).length > 0) addColumns(database);
  database.exec("CREATE INDEX IF NOT EXISTS answersByPrompt ON answers (promptHash)");
}

function addColumns(database: Database.Database): void {
  // Looked at again inside the transaction: two processes may open an old journal at once.
  database.exec("BEGIN IMMEDIATE");
  for (const name of missingColumns(database)) {
    const { type, absent } = LATER_COLUMNS[name];
    database.exec(`ALTER TABLE answers ADD COLUMN ${name} ${type} NOT NULL DEFAULT ${absent}`);
    if (name === "checksum") addChecksums(database);
  }
  database.exec("COMMIT");
}

/** Answers of before are taken as they are now, and guarded from now on. */
function addChecksums(database: Database.Database): void {
  const update = database.prepare("UPDATE answers SET checksum = ? WHERE key = ?");
  for (const record of storedRecords(database)) update.run(checksumOf(record), record.key);
}

function missingColumns(database: Database.Database): (keyof typeof LATER_COLUMNS)[] {
  const names = database.prepare("SELECT CAST(name AS BLOB) AS name FROM pragma_table_info('answers')").all();
  const present = new Set((names as { name: ArrayBuffer }[]).map(({ name }) => Buffer.from(name).toString()));
  return (Object.keys(LATER_COLUMNS) as (keyof typeof LATER_COLUMNS)[]).filter((name) => !present.has(name));
}

/** The SQL of a row as `readRow` takes it, which works on journals of before some columns too. */
export function rowBytes(database: Database.Database): (table?: string) => string {
  const missing: ReadonlySet<string> = new Set(missingColumns(database));
  const sqlOf = (table: string, name: Column) =>
    missing.has(name) ? LATER_COLUMNS[name as keyof typeof LATER_COLUMNS].absent : `${table}.${name}`;
  return (table = "answers") =>
    `CAST(json_array(${STORED_COLUMNS.map((name) => sqlOf(table, name)).join(", ")}) AS BLOB)`;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** The values in the bytes of a JSON array. @throws DamagedRow */
export function valuesIn(bytes: unknown): unknown[] {
  try {
    return JSON.parse(UTF8.decode(bytes as ArrayBuffer)) as unknown[];
  } catch (cause) {
    throw new DamagedRow("", { cause });
  }
}

/** @throws DamagedRow */
export function readRow(bytes: unknown): JournalRecord {
  const record = recordOf(valuesIn(bytes));
  if (record === undefined) throw new DamagedRow();
  return record;
}

/** Rows read at a time: the driver's iterator cannot be left early. */
const ROWS_AT_ONCE = 1000;

/** Every record in order of keys. @throws DamagedRow at the first row that is not as it was written. */
export function* storedRecords(database: Database.Database): Generator<JournalRecord> {
  const select = database.prepare(
    `SELECT ${rowBytes(database)()} AS bytes FROM answers WHERE key > ? ORDER BY key LIMIT ${ROWS_AT_ONCE}`,
  );
  let last = "";
  for (;;) {
    const rows = select.all(last) as { bytes: unknown }[];
    for (const { bytes } of rows) {
      const record = readRow(bytes);
      last = record.key;
      yield record;
    }
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

/** A row whose bytes are not those that were written. */
export class DamagedRow extends Error {
  override readonly name: string = "DamagedRow";
}

/** The record of stored values, the last ones missing in old rows; undefined when it is not what was written. */
export function recordOf(values: readonly unknown[]): JournalRecord | undefined {
  const stored = Object.fromEntries(STORED_COLUMNS.map((name, i) => [name, values[i]]));
  const parsed = JOURNAL_RECORD.safeParse(stored);
  if (!parsed.success) return undefined;
  const { checksum = "" } = stored;
  return checksum === "" || checksum === checksumOf(parsed.data) ? parsed.data : undefined;
}

/** What to store for a record, in the order of `STORED_COLUMNS`. */
export function storedValues(record: JournalRecord): (string | number)[] {
  // SQLite writes 15 digits: whole microseconds come back as they are.
  const exact = { ...record, milliseconds: Math.round(record.milliseconds * 1000) / 1000 };
  const stored = { ...exact, checksum: checksumOf(exact) };
  return STORED_COLUMNS.map((name) => stored[name]);
}

/** Answers that were not adapted, or of which nothing was cached, have the checksums of before there were such ones. */
function checksumOf(record: JournalRecord): string {
  const isAdapted = record.adaptedFrom !== "" || record.similarity !== 0;
  const unsaid = new Set<string>(isAdapted ? [] : ["adaptedFrom", "similarity"]);
  if (record.cachedTokens === 0) unsaid.add("cachedTokens");
  const names = RECORD_COLUMNS.filter((name) => !unsaid.has(name));
  return sha256(JSON.stringify(names.map((name) => record[name])));
}
