// Saving what can be read of a damaged journal: a lost answer is paid for again, so every readable one counts.
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import type Database from "libsql";
import { readableLogRows, readableRows, type StoredValues } from "./journal-pages.ts";
import type { JournalRecord } from "./journal-record.ts";
import { recordOf, STORED_COLUMNS, storedValues } from "./journal-table.ts";

export interface Salvage {
  /** Records that could be read and are whole. */
  readonly kept: number;
  /** The one copy of a damaged file that is kept: the longest so far, whose answers are saved too. */
  readonly damaged: string;
}

/** What SQLite keeps beside a database. */
const LOGS = ["-wal", "-shm"];

/** A finished answer gives way to nothing, a failed one to a finished one. */
const KEEP_BEST = `INSERT INTO answers (${STORED_COLUMNS.join(", ")}) VALUES (${STORED_COLUMNS.map(() => "?").join(", ")})
  ON CONFLICT (key) DO UPDATE SET ${STORED_COLUMNS.map((name) => `${name} = excluded.${name}`).join(", ")}
  WHERE answers.status = 'failed' AND excluded.status = 'answered'`;

/** Write what is readable at `path` to a sound file in its place. Killed at any moment, it can be done again. */
export function salvage(path: string, create: (path: string) => Database.Database): Salvage {
  const partial = `${path}.partial`;
  const damaged = `${path}.damaged`;
  removeDatabase(partial);
  const target = create(partial);
  const kept = copyRecords([path, damaged].filter(existsSync), target);
  // Everything into the one file that is about to be renamed.
  target.pragma("wal_checkpoint(TRUNCATE)");
  target.close();
  for (const log of LOGS) rmSync(partial + log, { force: true });
  if (!existsSync(damaged) || statSync(damaged).size <= statSync(path).size) keepCopy(path, damaged);
  for (const log of LOGS) rmSync(path + log, { force: true });
  renameSync(partial, path);
  return { kept, damaged };
}

function removeDatabase(path: string): void {
  for (const log of ["", ...LOGS]) rmSync(path + log, { force: true });
}

function keepCopy(path: string, damaged: string): void {
  removeDatabase(damaged);
  copyFileSync(path, damaged);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${damaged}-wal`);
}

function copyRecords(sources: readonly string[], target: Database.Database): number {
  const insert = target.prepare(KEEP_BEST);
  target.exec("BEGIN");
  for (const source of sources) {
    for (const record of readableRecords(source)) insert.run(...storedValues(record));
  }
  target.exec("COMMIT");
  return (target.prepare("SELECT COUNT(*) AS kept FROM answers").get() as { kept: number }).kept;
}

/**
 * The answers in a journal's log. SQLite drops all of a log that follows a damaged byte, so they are read before it
 * opens the file.
 */
export function answersInLog(path: string): readonly JournalRecord[] {
  return [...wholeRecords(readableLogRows(path))].filter(({ status }) => status === "answered");
}

/** Those of `answers` that the file lacks. */
export function lostAnswers(database: Database.Database, answers: readonly JournalRecord[]): JournalRecord[] {
  const select = database.prepare("SELECT status = 'answered' AS answered FROM answers WHERE key = ?");
  const isStored = ({ key }: JournalRecord) => (select.get(key) as { answered: number } | undefined)?.answered === 1;
  return answers.filter((record) => !isStored(record));
}

/** Put back what the file lacks of these answers; returns how many. */
export function putBack(database: Database.Database, answers: readonly JournalRecord[]): number {
  const lost = lostAnswers(database, answers);
  if (lost.length === 0) return 0;
  const insert = database.prepare(KEEP_BEST);
  database.exec("BEGIN IMMEDIATE");
  const put = lost.reduce((count, record) => count + insert.run(...storedValues(record)).changes, 0);
  database.exec("COMMIT");
  return put;
}

/** Every whole record in the pages of a file, also of one that is no journal. */
export function readableRecords(path: string): Generator<JournalRecord> {
  return wholeRecords(readableRows(path));
}

function* wholeRecords(rows: Iterable<StoredValues>): Generator<JournalRecord> {
  for (const values of rows) {
    const record = recordOf(values);
    if (record !== undefined) yield record;
  }
}
