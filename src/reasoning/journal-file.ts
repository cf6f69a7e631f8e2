// The file under a journal: made, brought up to date, repaired, and read where nothing may be written.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import Database from "libsql";
import { InputError, OperationError } from "../base/errors.ts";
import { RECORD_COLUMNS } from "./journal-record.ts";
import { columnsOf, type Salvage, salvage } from "./journal-repair.ts";

export interface JournalFile {
  readonly database: Database.Database;
  /** What was saved when the file was found damaged. */
  readonly repaired: Salvage | undefined;
  close(): void;
}

const TABLES = `CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, subjectKind TEXT NOT NULL, subjectId TEXT NOT NULL, step TEXT NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, promptVersion TEXT NOT NULL, text TEXT NOT NULL,
  promptTokens INTEGER NOT NULL, completionTokens INTEGER NOT NULL, milliseconds REAL NOT NULL,
  attempt INTEGER NOT NULL, createdAt TEXT NOT NULL, status TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (
  chain TEXT PRIMARY KEY, owner TEXT NOT NULL, expiresAt INTEGER NOT NULL
) WITHOUT ROWID`;

/** Columns that came after the first release. */
const LATER_COLUMNS: Readonly<Record<string, string>> = {
  promptHash: "TEXT NOT NULL DEFAULT ''",
  thinkingTokens: "INTEGER NOT NULL DEFAULT 0",
  calls: "INTEGER NOT NULL DEFAULT 1",
  flaws: "TEXT NOT NULL DEFAULT ''",
  raw: "TEXT NOT NULL DEFAULT ''",
};

/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 30_000;

/**
 * For writing; made when absent, repaired when damaged.
 * @throws InputError when the file is something else; OperationError when it cannot be made.
 */
export function openForWriting(path: string): JournalFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const first = connect(path);
    if (isSound(first)) return { database: prepared(first), repaired: undefined, close: () => first.close() };
    first.close();
    const repaired = salvage(path, (to) => prepared(connect(to)));
    const second = prepared(connect(path));
    return { database: second, repaired, close: () => second.close() };
  } catch (cause) {
    throw openingError(path, cause);
  }
}

/**
 * For reading. Where the folder cannot be written (SQLite's log wants a file beside the journal), a copy among the
 * temporary files is read and removed again.
 * @throws InputError when the file is no journal; OperationError when it cannot be read.
 */
export function openForReading(path: string): JournalFile {
  try {
    return tryReading(path);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "SQLITE_CANTOPEN" || code === "SQLITE_READONLY" || code === "SQLITE_IOERR") return readCopy(path);
    throw openingError(path, cause);
  }
}

function connect(path: string): Database.Database {
  return new Database(path, { timeout: BUSY_TIMEOUT_MS });
}

function tryReading(path: string): JournalFile {
  const database = connect(path);
  try {
    database.prepare("SELECT key FROM answers LIMIT 1").get();
  } catch (error) {
    database.close();
    throw error;
  }
  return { database, repaired: undefined, close: () => database.close() };
}

function readCopy(path: string): JournalFile {
  const folder = mkdtempSync(join(tmpdir(), "isrf-journal-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const file = tryReading(copy);
    return {
      ...file,
      close: () => {
        file.close();
        remove();
      },
    };
  } catch (cause) {
    remove();
    throw openingError(path, cause);
  }
}

function isSound(database: Database.Database): boolean {
  try {
    const rows = database.prepare("SELECT quick_check FROM pragma_quick_check(1)").all() as { quick_check: string }[];
    return rows.length === 1 && rows[0]!.quick_check === "ok";
  } catch (error) {
    if ((error as { code?: string }).code === "SQLITE_CORRUPT") return false;
    throw error;
  }
}

function prepared(database: Database.Database): Database.Database {
  database.pragma("journal_mode = WAL");
  // Safe against a killed process; only a power cut can cost the last transactions.
  database.pragma("synchronous = NORMAL");
  database.exec(TABLES);
  if (RECORD_COLUMNS.every((name) => columnsOf(database).has(name))) return database;
  // Looked at again inside the transaction: two processes may open an old journal at once.
  database.exec("BEGIN IMMEDIATE");
  const present = columnsOf(database);
  for (const [name, type] of Object.entries(LATER_COLUMNS)) {
    if (!present.has(name)) database.exec(`ALTER TABLE answers ADD COLUMN ${name} ${type}`);
  }
  database.exec("COMMIT");
  return database;
}

function openingError(path: string, cause: unknown): Error {
  if (cause instanceof InputError || cause instanceof OperationError) return cause;
  const { code, message } = cause as { code?: string; message: string };
  if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT" || code === "SQLITE_ERROR") {
    const todo = "Move it away to start a new one.";
    return new InputError({ where: path, found: message, expected: "a reasoning journal", todo }, { cause });
  }
  return new OperationError(`${path}: the reasoning journal could not be opened (${message}).`, { cause });
}
