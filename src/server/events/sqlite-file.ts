// The file of a store in SQLite: made, opened, noticed when it goes away, and opened anew.
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { InputError, OperationError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { useWriteAheadLog } from "../../base/write-ahead-log.ts";
import { LATER_INDICES, SCHEMA } from "./sqlite-schema.ts";

const FORMAT = "1";
const BUSY_TIMEOUT_MS = 5000;

export class SqliteFile {
  readonly path: string;
  private readonly report: Report;
  private database: Database.Database;
  private statements = new Map<string, Database.Statement>();
  private waitsForDisk = true;
  private inode: number;
  private version: number;

  /** @throws InputError for another kind of file; OperationError where it cannot be made. */
  constructor(path: string, report: Report = silent) {
    this.path = path;
    this.report = report;
    this.database = this.open();
    this.inode = statSync(path).ino;
    this.version = this.dataVersion();
  }

  statement(sql: string): Database.Statement {
    const known = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }

  /**
   * Do `work` in one transaction, on disk when this returns; with `isLater` the operating system has it by then.
   * @throws OperationError: nothing of it was done.
   */
  write<T>(work: () => T, { isLater = false }: { readonly isLater?: boolean } = {}): T {
    this.reopenIfGone();
    return this.guarded(() => {
      this.waitForDisk(!isLater);
      this.database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.database.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.database.inTransaction) this.database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  read<T>(work: () => T): T {
    return this.guarded(work);
  }

  /**
   * Whether it is there, made anew where it was removed; waits for nobody who writes. @throws OperationError.
   */
  check(): void {
    this.guarded(() => this.reopenIfGone());
    this.read(() => this.statement("SELECT 1 FROM facts LIMIT 1").get());
  }

  /** Whether another connection wrote since the last call. */
  wasWrittenElsewhere(): boolean {
    const version = this.dataVersion();
    const isOther = version !== this.version;
    this.version = version;
    return isOther;
  }

  close(): void {
    this.statements.clear();
    this.database.close();
  }

  private waitForDisk(waits: boolean): void {
    if (waits === this.waitsForDisk) return;
    this.database.pragma(`synchronous = ${waits ? "FULL" : "NORMAL"}`);
    this.waitsForDisk = waits;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new OperationError(`${this.path}: the store failed (${reasonOf(cause)}).`, { cause });
    }
  }

  private dataVersion(): number {
    const { data_version: version } = this.statement("PRAGMA data_version").get() as { data_version: number };
    return version;
  }

  /** What is written into a file that was removed is lost with the process: it is made anew instead. */
  private reopenIfGone(): void {
    const now = statSync(this.path, { throwIfNoEntry: false })?.ino;
    if (now === this.inode) return;
    this.close();
    this.database = this.open();
    this.waitsForDisk = true;
    this.inode = statSync(this.path).ino;
    this.version = this.dataVersion();
  }

  private open(): Database.Database {
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const database = new Database(this.path);
      database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      useWriteAheadLog(database, BUSY_TIMEOUT_MS);
      database.pragma("synchronous = FULL");
      if (lacksIndices(database))
        this.report({ kind: "notice", message: `${this.path}: the store gets new indexes, once; this takes a while.` });
      database.exec(SCHEMA);
      requireFormat(this.path, database);
      return database;
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw new OperationError(`${this.path}: the store cannot be opened (${reasonOf(cause)}).`, { cause });
    }
  }
}

/** Whether it holds events from before, over which indices must be made. */
function lacksIndices(database: Database.Database): boolean {
  const names = database.prepare("SELECT name FROM sqlite_master").all() as { name: string }[];
  const known = new Set(names.map(({ name }) => name));
  if (!known.has("events") || LATER_INDICES.every((name) => known.has(name))) return false;
  return database.prepare("SELECT 1 FROM events LIMIT 1").get() !== undefined;
}

function requireFormat(where: string, database: Database.Database): void {
  database.prepare("INSERT OR IGNORE INTO facts (name, value) VALUES ('format', ?)").run(FORMAT);
  const { value } = database.prepare("SELECT value FROM facts WHERE name = 'format'").get() as { value: string };
  if (value === FORMAT) return;
  const todo = "Serve with the version that made it, or name another --store.";
  throw new InputError({ where, found: `a store of format ${value}`, expected: `format ${FORMAT}`, todo });
}
