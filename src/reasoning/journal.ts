// The journal: every answer ever given, in one SQLite file, so that nothing is asked (or paid for) twice.
// Answers are gathered and committed together at the next turn of the event loop: a fast reasoner gets large
// transactions, a slow one has every answer on disk at once. WAL keeps committed answers through `kill -9`.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { InputError, OperationError } from "../base/errors.ts";
import { sha256 } from "../base/files.ts";
import type { Reasoner, Step, Subject } from "./reasoner.ts";

export interface JournalEntry {
  readonly key: string;
  readonly subjectKind: Subject["kind"];
  readonly subjectId: string;
  readonly step: Step;
  readonly provider: string;
  readonly model: string;
  readonly promptVersion: string;
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly milliseconds: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly status: "answered" | "failed";
}

const COLUMNS = [
  "key",
  "subjectKind",
  "subjectId",
  "step",
  "provider",
  "model",
  "promptVersion",
  "text",
  "promptTokens",
  "completionTokens",
  "milliseconds",
  "attempt",
  "createdAt",
  "status",
] as const satisfies readonly (keyof JournalEntry)[];

const SCHEMA = `CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, subjectKind TEXT NOT NULL, subjectId TEXT NOT NULL, step TEXT NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, promptVersion TEXT NOT NULL, text TEXT NOT NULL,
  promptTokens INTEGER NOT NULL, completionTokens INTEGER NOT NULL, milliseconds REAL NOT NULL,
  attempt INTEGER NOT NULL, createdAt TEXT NOT NULL, status TEXT NOT NULL
) WITHOUT ROWID`;

/** A finished answer of another process stays; a failed one gives way. */
const INSERT = `INSERT INTO answers (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})
  ON CONFLICT (key) DO UPDATE SET ${COLUMNS.slice(1)
    .map((name) => `${name} = excluded.${name}`)
    .join(", ")} WHERE answers.status = 'failed'`;

/** How long a writer waits for another process's transaction. */
const BUSY_TIMEOUT_MS = 30_000;
/** Larger transactions gain nothing and hold other processes up. */
const BATCH_ROWS = 1000;

export class Journal implements Disposable {
  private readonly select: Database.Statement<unknown[]>;
  private readonly insert: Database.Statement<unknown[]>;
  private waiting: JournalEntry[] = [];
  private scheduled: NodeJS.Immediate | undefined;
  private failure: unknown;

  private constructor(
    readonly path: string,
    private readonly database: Database.Database,
  ) {
    this.select = database.prepare("SELECT text, status, attempt FROM answers WHERE key = ?");
    this.insert = database.prepare(INSERT);
  }

  /**
   * Open a journal, making it when absent.
   * @throws InputError when the file is something else; OperationError when it cannot be made.
   */
  static open(path: string): Journal {
    try {
      mkdirSync(dirname(path), { recursive: true });
      const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
      database.pragma("journal_mode = WAL");
      // Safe against a killed process; only a power cut can cost the last transactions.
      database.pragma("synchronous = NORMAL");
      database.exec(SCHEMA);
      return new Journal(path, database);
    } catch (cause) {
      const { code, message } = cause as { code?: string; message: string };
      if (code === "SQLITE_NOTADB" || code === "SQLITE_CORRUPT" || code === "SQLITE_ERROR") {
        const todo = "Move it away to start a new one.";
        throw new InputError({ where: path, found: message, expected: "a reasoning journal", todo }, { cause });
      }
      throw new OperationError(`${path}: the reasoning journal could not be opened (${message}).`, { cause });
    }
  }

  /** The stored outcome for a key; answers still waiting for their commit are not seen. */
  find(key: string): Pick<JournalEntry, "text" | "status" | "attempt"> | undefined {
    return this.select.get(key) as Pick<JournalEntry, "text" | "status" | "attempt"> | undefined;
  }

  /** Keep an answer; it is on disk when the event loop has turned, and at the latest after `flush`. */
  record(entry: JournalEntry): void {
    this.waiting.push(entry);
    if (this.waiting.length >= BATCH_ROWS) this.flush();
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      try {
        this.flush();
      } catch (error) {
        this.failure = error;
      }
    });
  }

  /** Commit what waits. @throws OperationError when the disk refuses, also on behalf of an earlier background commit. */
  flush(): void {
    if (this.failure === undefined && this.waiting.length === 0) return;
    try {
      if (this.failure !== undefined) throw this.failure;
      this.database.exec("BEGIN IMMEDIATE");
      for (const entry of this.waiting) this.insert.run(...COLUMNS.map((name) => entry[name]));
      this.database.exec("COMMIT");
      this.waiting = [];
    } catch (cause) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      if (cause instanceof OperationError) throw cause;
      const message = `${this.path}: answers could not be stored (${(cause as Error).message}). Make room or wait for the other process, then run again.`;
      throw new OperationError(message, { cause });
    }
  }

  /** Stored answers by status. */
  counts(): { answered: number; failed: number } {
    const rows = this.database.prepare("SELECT status, COUNT(*) AS n FROM answers GROUP BY status").all();
    const counts = { answered: 0, failed: 0 };
    for (const { status, n } of rows as { status: JournalEntry["status"]; n: number }[]) counts[status] = n;
    return counts;
  }

  /** Commits what waits and lets go of the file. */
  close(): void {
    if (this.scheduled !== undefined) clearImmediate(this.scheduled);
    this.scheduled = undefined;
    try {
      this.flush();
    } finally {
      this.database.close();
    }
  }

  [Symbol.dispose](): void {
    if (this.database.open) this.close();
  }
}

/** What makes two questions the same: whom, which step, the words, and who answers with which settings. */
export function journalKey(
  subject: Subject,
  step: Step,
  prompt: string,
  reasoner: Pick<Reasoner, "kind" | "model" | "parameters">,
): string {
  const parameters = Object.entries(reasoner.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(
    JSON.stringify([subject.kind, subject.id, step, prompt, `${reasoner.kind}:${reasoner.model}`, parameters]),
  );
}
