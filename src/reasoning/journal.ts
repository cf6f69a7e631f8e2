// The journal: every answer ever given, in one SQLite file, so that nothing is asked (or paid for) twice.
// Answers are gathered and committed together at the next turn of the event loop: a fast reasoner gets large
// transactions, a slow one has every answer on disk at once. WAL keeps committed answers through `kill -9`.
import type Database from "libsql";
import { OperationError } from "../base/errors.ts";
import { sha256 } from "../base/files.ts";
import { Claims } from "./claims.ts";
import {
  checkDatabase,
  isDamage,
  type JournalFile,
  journalError,
  openForReading,
  openForWriting,
  refusalOf,
} from "./journal-file.ts";
import type { JournalRecord } from "./journal-record.ts";
import type { Salvage } from "./journal-repair.ts";
import { readRow, rowBytes, STORED_COLUMNS, storedRecords, storedValues } from "./journal-table.ts";
import type { Reasoner, Step, Subject } from "./reasoner.ts";
import { TextIndex } from "./text-index.ts";

/** What a question left behind. */
export type Found = Pick<JournalRecord, "text" | "status" | "attempt" | "createdAt">;

/** What to store for a key that has a record: the new one, both in one, or nothing. */
type Meeting = (stored: JournalRecord, added: JournalRecord) => JournalRecord | undefined;

/** A finished answer of another process stays; a failed one gives way, and what it took is added to the new one's. */
export const askedAgain: Meeting = (stored, added) => {
  if (stored.status === "answered") return undefined;
  const sum = (
    name: "promptTokens" | "cachedTokens" | "completionTokens" | "thinkingTokens" | "milliseconds" | "calls",
  ) => stored[name] + added[name];
  return {
    ...added,
    promptTokens: sum("promptTokens"),
    cachedTokens: sum("cachedTokens"),
    completionTokens: sum("completionTokens"),
    thinkingTokens: sum("thinkingTokens"),
    milliseconds: sum("milliseconds"),
    calls: sum("calls"),
  };
};

/**
 * Imported records replace nothing that is answered, and add to nothing: their sums are whole. Of two that failed, the
 * one that was asked more often knows more.
 */
const takenOver: Meeting = (stored, added) =>
  stored.status === "failed" && (added.status === "answered" || added.attempt > stored.attempt) ? added : undefined;

/** Of two records of one question, the one that an import keeps. */
export function laterOf(stored: JournalRecord, added: JournalRecord): JournalRecord {
  return takenOver(stored, added) ?? stored;
}

/** Where questions find their answers, and leave them. */
export type AnswerStore = Pick<Journal, "find" | "inWords" | "record" | "flush">;

const VALUES = `(${STORED_COLUMNS.join(", ")}) VALUES (${STORED_COLUMNS.map(() => "?").join(", ")})`;

/** Records of one wording that are looked at: many differ in their settings at the most. */
const SAME_WORDS = 16;

/** Larger transactions gain nothing and hold other processes up. */
const BATCH_ROWS = 1000;

export class Journal implements Disposable {
  /** What was saved when opening found the file damaged. */
  readonly repaired: Salvage | undefined;
  /** Where a dataset's current texts lie among the answers. */
  readonly texts: TextIndex;
  private readonly database: Database.Database;
  private readonly claims: Claims;
  private readonly select: Database.Statement<unknown[]>;
  private selectWords: Database.Statement<unknown[]> | undefined;
  private waiting: JournalRecord[] = [];
  private scheduled: NodeJS.Immediate | undefined;
  private failure: unknown;

  private constructor(
    readonly path: string,
    private readonly file: JournalFile,
  ) {
    this.database = file.database;
    this.repaired = file.repaired;
    this.claims = new Claims(file.database);
    this.texts = new TextIndex(file.database);
    this.select = file.database.prepare(`SELECT ${rowBytes(file.database)()} AS bytes FROM answers WHERE key = ?`);
  }

  /**
   * Open a journal for writing, making it when absent and saving what is readable when it is damaged (see `repaired`).
   * @throws InputError when the file is something else; OperationError when it cannot be made.
   */
  static open(path: string): Journal {
    return new Journal(path, openForWriting(path));
  }

  /**
   * Open a journal for reading; its folder may be read-only.
   * @throws InputError when the file is no journal; OperationError when it cannot be read.
   */
  static read(path: string): Journal {
    return new Journal(path, openForReading(path));
  }

  /**
   * The stored outcome for a key; answers still waiting for their commit are not seen.
   * @throws InputError when the file is damaged there, as every method that reads.
   */
  find(key: string): Found | undefined {
    return this.entry(key);
  }

  /** Keep answers, all or none; they are on disk when the event loop has turned, and at the latest after `flush`. */
  record(...entries: readonly JournalRecord[]): void {
    this.waiting.push(...entries);
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

  /**
   * Commit what waits. @throws OperationError when the disk refuses, also on behalf of an earlier background commit.
   */
  flush(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.waiting.length === 0) return;
    this.insertAll(askedAgain, this.waiting);
    this.waiting = [];
  }

  /** Take over records of another journal; returns how many were new. @throws OperationError when the disk refuses. */
  merge(records: readonly JournalRecord[]): number {
    this.flush();
    return this.insertAll(takenOver, records);
  }

  /** Claim a chain for this process; false while another living process is at it. Costly reasoners only. */
  claim(chain: string): boolean {
    return this.claims.take(chain);
  }

  /** Commit a chain's answers and let others see that it is done with. */
  release(chain: string): void {
    this.flush();
    this.claims.release(chain);
  }

  /** Stored answers by status. */
  counts(): { answered: number; failed: number } {
    const count = "COUNT(*) FILTER (WHERE status";
    const sql = `SELECT ${count} = 'answered') AS answered, ${count} = 'failed') AS failed FROM answers`;
    const row = this.reading(() => this.database.prepare(sql).get() as { answered: number; failed: number });
    return { answered: row.answered, failed: row.failed };
  }

  /** Read everything. @throws InputError when anything is not as it was written. */
  check(): void {
    this.reading(() => checkDatabase(this.database));
  }

  /** Every record in order of keys; fields that an old journal lacks have their defaults. */
  *records(): Generator<JournalRecord> {
    try {
      yield* storedRecords(this.database);
    } catch (error) {
      throw isDamage(error) ? journalError(this.path, error) : error;
    }
  }

  /** The whole record of a key. */
  entry(key: string): JournalRecord | undefined {
    return this.reading(() => {
      const row = this.select.get(key) as { bytes: unknown } | undefined;
      return row && readRow(row.bytes);
    });
  }

  /** Everything that was ever asked about some subjects. @throws InputError when the file is damaged there. */
  about(kind: Subject["kind"], ids: readonly string[]): readonly JournalRecord[] {
    const places = ids.map(() => "?").join(", ");
    const sql = `SELECT ${rowBytes(this.database)()} AS bytes FROM answers WHERE subjectKind = ? AND subjectId IN (${places})`;
    return this.reading(() => {
      const rows = this.database.prepare(sql).all(kind, ...ids) as { bytes: unknown }[];
      return rows.map(({ bytes }) => readRow(bytes));
    });
  }

  /** Ids of the subjects that a model was asked about. @throws as `about`. */
  subjectsOf({
    kind,
    model,
  }: Pick<Reasoner, "kind" | "model">): Readonly<Record<Subject["kind"], ReadonlySet<string>>> {
    const sql = "SELECT DISTINCT subjectKind, subjectId FROM answers WHERE provider = ? AND model = ?";
    return this.reading(() => {
      const rows = this.database.prepare(sql).all(kind, model) as { subjectKind: string; subjectId: string }[];
      const of = (name: Subject["kind"]) =>
        new Set(rows.flatMap(({ subjectKind, subjectId }) => (subjectKind === name ? [subjectId] : [])));
      return { item: of("item"), user: of("user") };
    });
  }

  /** How many questions a model was asked with which version of the prompts. @throws as `about`. */
  promptVersions({ kind, model }: Pick<Reasoner, "kind" | "model">): ReadonlyMap<string, number> {
    const sql =
      "SELECT promptVersion, COUNT(*) AS count FROM answers WHERE provider = ? AND model = ? GROUP BY promptVersion";
    return this.reading(() => {
      const rows = this.database.prepare(sql).all(kind, model) as { promptVersion: string; count: number }[];
      return new Map(rows.map(({ promptVersion, count }) => [promptVersion, count]));
    });
  }

  /** Some of what this model was asked in the very words of a prompt, about whomever. @throws as `about`. */
  inWords(promptHash: string, step: Step, { kind, model }: Pick<Reasoner, "kind" | "model">): readonly JournalRecord[] {
    this.selectWords ??= this.database.prepare(
      `SELECT ${rowBytes(this.database)()} AS bytes FROM answers
       WHERE promptHash = ? AND step = ? AND provider = ? AND model = ? LIMIT ${SAME_WORDS}`,
    );
    return this.reading(() => {
      const rows = this.selectWords!.all(promptHash, step, kind, model) as { bytes: unknown }[];
      return rows.map(({ bytes }) => readRow(bytes));
    });
  }

  /** What `read` finds. @throws InputError when the file is damaged there. */
  reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw isDamage(error) ? journalError(this.path, error) : error;
    }
  }

  /** Commits what waits, gives claims back and lets go of the file. */
  close(): void {
    if (this.scheduled !== undefined) clearImmediate(this.scheduled);
    this.scheduled = undefined;
    try {
      this.flush();
      this.claims.dispose();
    } finally {
      this.file.close();
    }
  }

  [Symbol.dispose](): void {
    if (this.database.open) this.close();
  }

  private insertAll(meeting: Meeting, records: readonly JournalRecord[]): number {
    let changed = 0;
    try {
      const insert = this.database.prepare(`INSERT OR IGNORE INTO answers ${VALUES}`);
      const replace = this.database.prepare(`REPLACE INTO answers ${VALUES}`);
      this.database.exec("BEGIN IMMEDIATE");
      for (const record of records) {
        let { changes } = insert.run(...storedValues(record));
        const met = changes === 0 ? meeting(this.entry(record.key)!, record) : undefined;
        if (met !== undefined) ({ changes } = replace.run(...storedValues(met)));
        changed += changes;
      }
      this.database.exec("COMMIT");
      return changed;
    } catch (cause) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      // The database's own words are in `refusalOf`, where they say more than its code.
      throw new OperationError(
        `${this.path}: answers could not be stored (${refusalOf(cause)}). Make room or wait for the other process, then run again.`,
      );
    }
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
