// The file of the embedded store: made, opened, and written one transaction at a time by whichever process.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { InputError, OperationError } from "../base/errors.ts";
import { reasonOf } from "../base/system-errors.ts";
import { useWriteAheadLog } from "../base/write-ahead-log.ts";
import { SCHEMA } from "./libsql-table.ts";

const FORMAT = "1";
/** Transactions here take milliseconds: whoever waits this long waits for a process that hangs. */
const BUSY_TIMEOUT_MS = 10_000;

export class LibsqlFile {
  private readonly path: string;
  private readonly database: Database.Database;
  private readonly statements = new Map<string, Database.Statement>();

  /** @throws InputError for another kind of file; OperationError where it cannot be made. */
  constructor(path: string) {
    this.path = path;
    this.database = open(path);
  }

  all<Row>(sql: string, values: readonly unknown[] = []): Row[] {
    return this.guarded(() => this.statement(sql).all([...values]) as Row[]);
  }

  /** How many rows changed. */
  run(sql: string, values: readonly unknown[]): number {
    return this.guarded(() => this.statement(sql).run([...values]).changes);
  }

  /** Do `work` while no other process writes: all of it, or nothing. */
  write<T>(work: () => T): T {
    return this.guarded(() => {
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

  close(): void {
    this.statements.clear();
    this.database.close();
  }

  private statement(sql: string): Database.Statement {
    const known = this.statements.get(sql) ?? this.database.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (!isOfDatabase(cause)) throw cause;
      throw new OperationError(`${this.path}: the store of jobs failed (${reasonOf(cause)}).`, { cause });
    }
  }
}

function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && String((error as { code?: unknown }).code ?? "").includes("SQLITE");
}

function open(path: string): Database.Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new Database(path);
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    refuseForeign(path, database);
    useWriteAheadLog(database, BUSY_TIMEOUT_MS);
    // Safe against killed processes. A power cut may cost the last moments: those jobs are done again.
    database.pragma("synchronous = NORMAL");
    // All or nothing: another process that opens it meanwhile would take a part of it for somebody else's database.
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA}; COMMIT`);
    requireFormat(path, database);
    return database;
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new OperationError(`${path}: the store of jobs cannot be opened (${reasonOf(cause)}).`, { cause });
  }
}

/** Nothing is written into somebody else's database. */
function refuseForeign(where: string, database: Database.Database): void {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  if (tables.length === 0 || tables.some(({ name }) => name === "jobs")) return;
  const found = `a database with the tables ${tables.map(({ name }) => name).join(", ")}`;
  throw new InputError({ where, found, expected: "a store of jobs", todo: "Name another file." });
}

function requireFormat(where: string, database: Database.Database): void {
  database.prepare("INSERT OR IGNORE INTO facts (name, value) VALUES ('jobs', ?)").run(FORMAT);
  const { value } = database.prepare("SELECT value FROM facts WHERE name = 'jobs'").get() as { value: string };
  if (value === FORMAT) return;
  const todo = "Use the version that made it, or name another file.";
  throw new InputError({ where, found: `a store of jobs of format ${value}`, expected: `format ${FORMAT}`, todo });
}
