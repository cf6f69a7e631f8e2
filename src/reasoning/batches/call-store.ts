// What was sent in batches and what came back, beside the journal: a call is found here by the hash of its body,
// whoever asks for it again. One process at a time holds the file (its lock), and every step of a batch is written
// before it is taken, so that a run that is killed goes on where it was.
import { existsSync, mkdirSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { OperationError } from "../../base/errors.ts";
import { reasonOf } from "../../base/system-errors.ts";
import type { ProviderTrouble } from "../../servers/provider-error.ts";

/** How a call stands; undefined: it has never been sent, or has to be sent again. */
export type Call =
  | { readonly kind: "sent" }
  | { readonly kind: "answered"; readonly reply: unknown }
  | { readonly kind: "refused"; readonly trouble: ProviderTrouble; readonly message: string };

/** What a line of an output says of one call. */
export type Outcome =
  | { readonly kind: "answered"; readonly reply: unknown }
  /** It failed; `isLost`: for reasons that are not its own, such as a batch that ran out of time. */
  | {
      readonly kind: "failed";
      readonly trouble: ProviderTrouble;
      readonly message: string;
      readonly isLost?: boolean | undefined;
    };

/**
 * written: its file lies in the folder; submitting: about to be made at the server, or made without our having heard;
 * submitted: the server has it; done: its results are in the calls.
 */
export type Stage = "written" | "submitting" | "submitted" | "done";

export interface Batch {
  /** Names its file, and stands in the server's metadata. */
  readonly mark: string;
  readonly stage: Stage;
  readonly server: string;
  readonly model: string;
  readonly requests: number;
  readonly createdAt: string;
  readonly fileId: string | null;
  readonly batchId: string | null;
}

/** What the results of one batch were. */
export interface Merged {
  readonly answered: number;
  /** Calls that are to be sent again. */
  readonly again: number;
  /** Calls that failed for good. */
  readonly refused: number;
  /** Lines about calls that had a result already. */
  readonly duplicates: number;
  /** Lines about calls that were not in the batch. */
  readonly unknown: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS batches (
    mark TEXT PRIMARY KEY, stage TEXT NOT NULL, server TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL,
    createdAt TEXT NOT NULL, fileId TEXT, batchId TEXT
  );
  CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, batch TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, outcome BLOB,
    used INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS callsOfBatches ON calls (batch, state)`;

/** Answers marked as used in one transaction. */
const USED_AT_ONCE = 1000;

interface CallRow {
  readonly state: "sent" | "answered" | "refused" | "again";
  readonly batch: string;
  readonly tries: number;
  readonly outcome: ArrayBuffer | null;
}

/** The folder of a dataset's batches. */
export function batchFolder(directory: string): string {
  return join(directory, "reasoning", "batches");
}

export class CallStore implements Disposable {
  private used: string[] = [];
  private readonly selectRow: Database.Statement<unknown[]>;
  private readonly updateRow: Database.Statement<unknown[]>;

  private constructor(
    readonly folder: string,
    private readonly database: Database.Database,
  ) {
    this.selectRow = database.prepare("SELECT state, batch, tries, outcome FROM calls WHERE id = ?");
    this.updateRow = database.prepare("UPDATE calls SET state = ?, tries = ?, outcome = ?, used = 0 WHERE id = ?");
  }

  /** Open what is kept in `folder`, made when absent. @throws OperationError when the disk refuses. */
  static async open(folder: string): Promise<CallStore> {
    const path = join(folder, "calls.db");
    try {
      mkdirSync(folder, { recursive: true });
      const database = new Database(path, { timeout: 30_000 });
      database.pragma("journal_mode = WAL");
      // A batch that is paid for must be remembered through a power cut too.
      database.pragma("synchronous = FULL");
      database.exec(TABLES);
      const store = new CallStore(folder, database);
      await store.sweep();
      return store;
    } catch (cause) {
      const todo =
        "Where it is damaged, move it away: what is with a server is then not known any more, and asked again.";
      const message = `${path}: the record of batches could not be opened (${reasonOf(cause)}). ${todo}`;
      throw new OperationError(message, { cause });
    }
  }

  /** Calls that are with a server, or whose answers no question has taken yet; 0 where there never was a batch. */
  static openIn(folder: string): number {
    const path = join(folder, "calls.db");
    if (!existsSync(path)) return 0;
    const database = new Database(path, { timeout: 30_000 });
    try {
      const sql = "SELECT COUNT(*) AS n FROM calls WHERE state = 'sent' OR state = 'answered' AND used = 0";
      return (database.prepare(sql).get() as { n: number }).n;
    } finally {
      database.close();
    }
  }

  find(id: string): Call | undefined {
    const row = this.row(id);
    if (row === undefined || row.state === "again") return undefined;
    if (row.state === "sent") return { kind: "sent" };
    this.use(id);
    const outcome: unknown = JSON.parse(Buffer.from(row.outcome!).toString());
    if (row.state === "answered") return { kind: "answered", reply: outcome };
    return { kind: "refused", ...(outcome as { trouble: ProviderTrouble; message: string }) };
  }

  /** Calls in batches that are with a server. */
  get pending(): number {
    return (this.database.prepare("SELECT COUNT(*) AS n FROM calls WHERE state = 'sent'").get() as { n: number }).n;
  }

  /** Answers that no question has taken. */
  get unused(): number {
    this.saveUsed();
    const sql = "SELECT COUNT(*) AS n FROM calls WHERE state IN ('answered', 'refused') AND used = 0";
    return (this.database.prepare(sql).get() as { n: number }).n;
  }

  /** Batches that are not done, oldest first. */
  open(): readonly Batch[] {
    const sql = "SELECT * FROM batches WHERE stage <> 'done' ORDER BY createdAt, mark";
    return this.database.prepare(sql).all() as Batch[];
  }

  /** Files of a wave as batches to be submitted, all or none. */
  add(batches: readonly Batch[], idsOf: (mark: string) => readonly string[]): void {
    this.transaction(() => {
      const insert = this.database.prepare("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
      const send = this.database.prepare(
        `INSERT INTO calls (id, batch, state) VALUES (?, ?, 'sent')
         ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, state = 'sent'`,
      );
      for (const batch of batches) {
        const { mark, stage, server, model, requests, createdAt, fileId, batchId } = batch;
        insert.run(mark, stage, server, model, requests, createdAt, fileId, batchId);
        for (const id of idsOf(mark)) send.run(id, mark);
      }
    });
  }

  update(mark: string, change: Pick<Partial<Batch>, "stage" | "fileId" | "batchId">): void {
    const sql = `UPDATE batches SET stage = coalesce(?, stage), fileId = coalesce(?, fileId),
      batchId = coalesce(?, batchId) WHERE mark = ?`;
    const { stage, fileId, batchId } = change;
    this.database.prepare(sql).run(stage ?? null, fileId ?? null, batchId ?? null, mark);
  }

  /**
   * Take over what came back of a batch, once and as a whole. Calls of which nothing came are sent again; each has
   * `tries` failures of its own.
   */
  merge(mark: string, outcomes: Iterable<readonly [id: string, Outcome]>, tries: number): Merged {
    const merged = { answered: 0, again: 0, refused: 0, duplicates: 0, unknown: 0 };
    this.transaction(() => {
      for (const [id, outcome] of outcomes) {
        const row = this.row(id);
        if (row?.batch !== mark) merged.unknown++;
        else if (row.state !== "sent") merged.duplicates++;
        else merged[this.settle(id, row.tries, outcome, tries)]++;
      }
      const lost = "SELECT id, tries FROM calls WHERE batch = ? AND state = 'sent'";
      for (const row of this.database.prepare(lost).all(mark) as { id: string; tries: number }[]) {
        const outcome: Outcome = { kind: "failed", trouble: "garbled", message: "No answer came back.", isLost: true };
        merged[this.settle(row.id, row.tries, outcome, tries)]++;
      }
      this.update(mark, { stage: "done" });
    });
    return merged;
  }

  /** Results of files that were asked elsewhere; calls that have a result keep it. */
  take(outcomes: Iterable<readonly [id: string, Outcome]>, tries: number): Merged {
    const merged = { answered: 0, again: 0, refused: 0, duplicates: 0, unknown: 0 };
    this.transaction(() => {
      const make = this.database.prepare("INSERT OR IGNORE INTO calls (id, batch, state) VALUES (?, '', 'again')");
      for (const [id, outcome] of outcomes) {
        make.run(id);
        const row = this.row(id)!;
        if (row.state === "answered" || row.state === "refused") merged.duplicates++;
        else merged[this.settle(id, row.tries, outcome, tries)]++;
      }
    });
    return merged;
  }

  /** Everything was gone through: answers that questions have taken are in the journal, and go. */
  clear(): void {
    this.saveUsed();
    this.transaction(() => {
      this.database.exec("DELETE FROM calls WHERE used = 1 AND state <> 'sent'");
      this.database.exec("DELETE FROM calls WHERE state = 'again'");
      this.database.exec("DELETE FROM batches WHERE stage = 'done' AND mark NOT IN (SELECT batch FROM calls)");
    });
  }

  [Symbol.dispose](): void {
    if (!this.database.open) return;
    this.saveUsed();
    this.database.close();
  }

  private settle(id: string, tried: number, outcome: Outcome, tries: number): "answered" | "again" | "refused" {
    if (outcome.kind === "answered") {
      this.set(id, "answered", tried, outcome.reply);
      return "answered";
    }
    const { trouble, message, isLost = false } = outcome;
    const failures = tried + Number(!isLost);
    const isFinal = trouble === "rejected" || trouble === "refused" || failures >= tries;
    this.set(id, isFinal ? "refused" : "again", failures, { trouble, message });
    return isFinal ? "refused" : "again";
  }

  private set(id: string, state: CallRow["state"], tries: number, outcome: unknown): void {
    this.updateRow.run(state, tries, Buffer.from(JSON.stringify(outcome)), id);
  }

  private row(id: string): CallRow | undefined {
    return this.selectRow.get(id) as CallRow | undefined;
  }

  private use(id: string): void {
    this.used.push(id);
    if (this.used.length >= USED_AT_ONCE) this.saveUsed();
  }

  private saveUsed(): void {
    if (this.used.length === 0) return;
    this.transaction(() => {
      const update = this.database.prepare("UPDATE calls SET used = 1 WHERE id = ?");
      for (const id of this.used) update.run(id);
    });
    this.used = [];
  }

  private transaction(work: () => void): void {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.database.exec("COMMIT");
    } catch (cause) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw cause instanceof Error && cause.name !== "SqliteError"
        ? cause
        : new OperationError(`${this.folder}: the record of batches could not be written (${reasonOf(cause)}).`, {
            cause,
          });
    }
  }

  /** Files of a run that was killed before it had entered them, or after it had merged them. */
  private async sweep(): Promise<void> {
    const marks = new Set(this.open().map(({ mark }) => mark));
    for (const name of await readdir(this.folder)) {
      if (name.includes(".jsonl") && !marks.has(name.split(".")[0]!)) await rm(join(this.folder, name));
    }
  }
}
