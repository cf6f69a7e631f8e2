// The file under a journal: made, brought up to date, checked, repaired, and read where nothing may be written.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import Database from "libsql";
import { InputError, OperationError } from "../base/errors.ts";
import { reasonOf } from "../base/system-errors.ts";
import { useWriteAheadLog } from "../base/write-ahead-log.ts";
import { isLogBroken } from "./journal-pages.ts";
import type { JournalRecord } from "./journal-record.ts";
import { answersInLog, lostAnswers, putBack, readableRecords, type Salvage, salvage } from "./journal-repair.ts";
import { DamagedRow, makeTables, storedRecords } from "./journal-table.ts";

export interface JournalFile {
  readonly database: Database.Database;
  /** What was saved when the file was found damaged. */
  readonly repaired: Salvage | undefined;
  close(): void;
}

/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 30_000;

/** What the first bytes of every SQLite file say. */
const MAGIC = "SQLite format 3\0";

/**
 * For writing; made when absent, repaired when damaged.
 * @throws InputError when the file is something else; OperationError when it cannot be made.
 */
export function openForWriting(path: string): JournalFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const logged = answersInLog(path);
    const database = openSound(path);
    if (database !== undefined) {
      putBack(database, logged);
      return { database, repaired: undefined, close: () => closeWritten(database) };
    }
    if (!isDatabase(path) && readableRecords(path).next().done) {
      const todo = "Nothing in it can be read as an answer. Move it away to start a new one.";
      throw new InputError({ where: path, found: "another kind of file", expected: "a reasoning journal", todo });
    }
    const repaired = salvage(path, (to) => prepared(connect(to)));
    const second = prepared(connect(path));
    const kept = repaired.kept + putBack(second, logged);
    return { database: second, repaired: { ...repaired, kept }, close: () => closeWritten(second) };
  } catch (cause) {
    throw journalError(path, cause);
  }
}

/** Leaves all answers in the one file, unless another process is at work on it: a damaged log would cost its rest. */
function closeWritten(database: Database.Database): void {
  try {
    database.pragma("busy_timeout = 0");
    database.pragma("wal_checkpoint(TRUNCATE)");
  } catch {
    // The log holds them as well; whoever closes next may succeed.
  }
  database.close();
}

/**
 * For reading. Where the file cannot be written (SQLite's log wants a file beside the journal, even to read), a copy
 * among the temporary files is read and removed again.
 * @throws InputError when the file is no journal or damaged; OperationError when it cannot be read.
 */
export function openForReading(path: string): JournalFile {
  try {
    // SQLite would drop what follows the damage for good when it lets go of the file.
    return isLogBroken(path) ? readCopy(path, answersInLog(path)) : tryReading(path);
  } catch (cause) {
    if (isDamage(cause) || cause instanceof InputError) throw journalError(path, cause);
    return readCopy(path);
  }
}

/**
 * Read the whole file. What this takes no notice of is as it was written.
 * @throws an error of which `isDamage` holds.
 */
export function checkDatabase(database: Database.Database): void {
  const { sound } = database.prepare("SELECT quick_check = 'ok' AS sound FROM pragma_quick_check(1)").get() as {
    sound: number;
  };
  if (sound !== 1) throw new DamagedRow();
  for (const _ of storedRecords(database));
}

/** SQLite's codes for an error, a damaged file and a file that is no database; extended ones add multiples of 256. */
const DAMAGE = { names: ["SQLITE_ERROR", "SQLITE_CORRUPT", "SQLITE_NOTADB"], numbers: [1, 11, 26] } as const;

/** Whether an error says that the file's bytes are not what they should be. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedRow) return true;
  const { code = "" } = error as { code?: string };
  const extended = Number(/^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code)?.[1]);
  return DAMAGE.names.some((name) => name === code) || DAMAGE.numbers.some((number) => number === (extended & 255));
}

const REFUSALS: Readonly<Record<string, string>> = {
  SQLITE_FULL: "the disk is full",
  SQLITE_BUSY: "another process holds the journal",
  SQLITE_LOCKED: "another process holds the journal",
  SQLITE_READONLY: "it may not be written",
  SQLITE_CANTOPEN: "its folder may not be written",
  SQLITE_IOERR: "the disk failed to read or write",
  SQLITE_CORRUPT: "its bytes are damaged",
};

/** Why the database would not do something, in words. */
export function refusalOf(error: unknown): string {
  const code = /^SQLITE_[A-Z]+/.exec((error as { code?: string }).code ?? "")?.[0] ?? "";
  return REFUSALS[code] ?? reasonOf(error);
}

/** What an error of the file means to the user. */
export function journalError(path: string, cause: unknown): Error {
  if (cause instanceof InputError || cause instanceof OperationError) return cause;
  const { message } = cause as Error;
  if (!isDamage(cause)) {
    return new OperationError(`${path}: the reasoning journal could not be opened (${refusalOf(cause)}).`);
  }
  const found = `damaged bytes${message === "" ? "" : ` (${message})`}`;
  const todo = `Run \`isrf reason ${dirname(dirname(path))}\` with the options of the last time: it saves every answer that can be read and asks only for the others.`;
  return new InputError({ where: path, found, expected: "a whole reasoning journal", todo }, { cause });
}

function connect(path: string): Database.Database {
  return new Database(path, { timeout: BUSY_TIMEOUT_MS });
}

function openSound(path: string): Database.Database | undefined {
  let database: Database.Database | undefined;
  try {
    database = prepared(connect(path));
    checkDatabase(database);
    return database;
  } catch (error) {
    database?.close();
    if (isDamage(error)) return undefined;
    throw error;
  }
}

function isDatabase(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(MAGIC.length);
    readSync(file, start, 0, MAGIC.length, 0);
    return start.toString("latin1") === MAGIC;
  } finally {
    closeSync(file);
  }
}

function tryReading(path: string): JournalFile {
  const database = connect(path);
  try {
    database.prepare("SELECT 1 FROM answers LIMIT 1").get();
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, repaired: undefined, close: () => database.close() };
}

/** @param logged Answers that must be there. */
function readCopy(path: string, logged: readonly JournalRecord[] = []): JournalFile {
  const folder = mkdtempSync(join(tmpdir(), "isrf-journal-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    for (const log of ["", "-wal"]) {
      if (!existsSync(path + log)) continue;
      copyFileSync(path + log, copy + log);
      // A copy has the rights of its original, which may be nobody's to write.
      chmodSync(copy + log, 0o600);
    }
    const file = tryReading(copy);
    if (lostAnswers(file.database, logged).length > 0) throw new DamagedRow("in its log");
    return {
      ...file,
      close: () => {
        file.close();
        remove();
      },
    };
  } catch (cause) {
    remove();
    throw journalError(path, cause);
  }
}

function prepared(database: Database.Database): Database.Database {
  try {
    useWriteAheadLog(database, BUSY_TIMEOUT_MS);
    // Safe against a killed process; only a power cut can cost the last transactions.
    database.pragma("synchronous = NORMAL");
    makeTables(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
