// The embedded store: one file, shared by the processes of one machine. A worker that was killed is found out at once,
// as its process is gone; one that hangs, when its lease ends.
import { randomBytes } from "node:crypto";
import { machineName, processName } from "../base/process-name.ts";
import type { SettledJobsOptions } from "./job-options.ts";
import { jobId, pauseMs, recordText, vanished } from "./job-records.ts";
import { LeaseLostError } from "./lease-lost-error.ts";
import { LibsqlFile } from "./libsql-file.ts";
import { type HolderRow, type JobRow, recordOf } from "./libsql-table.ts";
import {
  DEFAULT_TRIES,
  type JobCounts,
  type JobRecord,
  type JobState,
  type JobStore,
  type Json,
  type Lease,
  type LeaseRequest,
  type ListRequest,
  type NewJob,
  NO_JOBS,
} from "./store.ts";

/** Ids of one question to the database. */
const IDS_AT_ONCE = 500;

const ADD = `INSERT INTO jobs (id, kind, state, payload, tries, due, added) VALUES (?, ?, 'waiting', ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;
const TAKE = `UPDATE jobs SET state = 'active', tried = tried + 1, token = ?, worker = ?, machine = ?, pid = ?,
  process = ?, expires = ?, progress = NULL WHERE id = ?`;
/** What only the holder of a living lease may do. */
const HELD = "WHERE id = ? AND token = ? AND state = 'active' AND expires > ?";

export class LibsqlJobs implements JobStore {
  readonly describes: string;
  readonly leaseMs: number;
  private readonly firstPauseMs: number;
  private readonly file: LibsqlFile;
  private readonly holder = { machine: machineName(), pid: process.pid, process: processName(process.pid) ?? "" };

  /** @throws InputError for another kind of file; OperationError where it cannot be made. */
  constructor(path: string, options: SettledJobsOptions) {
    this.describes = path;
    this.leaseMs = options.leaseMs;
    this.firstPauseMs = options.pauseMs;
    this.file = new LibsqlFile(path);
  }

  async add(jobs: readonly NewJob[]): Promise<number> {
    const rows = jobs.map((job) => [
      jobId(job),
      job.kind,
      recordText("payload", job.payload),
      job.tries ?? DEFAULT_TRIES,
    ]);
    const now = Date.now();
    return this.file.write(() => rows.reduce((added, row) => added + this.file.run(ADD, [...row, now, now]), 0));
  }

  async lease({ kinds, worker }: LeaseRequest): Promise<Lease | undefined> {
    const token = randomBytes(9).toString("base64url");
    const job = this.file.write(() => {
      this.takeBack();
      const marks = kinds.map(() => "?").join(", ");
      const next = `SELECT * FROM jobs WHERE state = 'waiting' AND kind IN (${marks}) AND due <= ? ORDER BY seq LIMIT 1`;
      const [row] = this.file.all<JobRow>(next, [...kinds, Date.now()]);
      if (row === undefined) return undefined;
      const { machine, pid, process: name } = this.holder;
      this.file.run(TAKE, [token, worker, machine, pid, name, Date.now() + this.leaseMs, row.id]);
      return recordOf({ ...row, state: "active", tried: row.tried + 1, worker, progress: null });
    });
    return job && new LibsqlLease(this.file, job, token, this.leaseMs, this.firstPauseMs);
  }

  async find(ids: readonly string[]): Promise<readonly (JobRecord | undefined)[]> {
    const found = new Map<string, JobRecord>();
    for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
      const some = ids.slice(from, from + IDS_AT_ONCE);
      const sql = `SELECT * FROM jobs WHERE id IN (${some.map(() => "?").join(", ")})`;
      for (const row of this.file.all<JobRow & HolderRow>(sql, some)) {
        const isLost = row.state === "active" && this.isLost(row);
        found.set(row.id, recordOf(isLost ? { ...row, state: "waiting" } : row));
      }
    }
    return ids.map((id) => found.get(id));
  }

  async list({ kinds, states, limit = 100 }: ListRequest = {}): Promise<readonly JobRecord[]> {
    const among = (column: string, values: readonly string[] | undefined) =>
      values === undefined ? "TRUE" : `${column} IN (${values.map(() => "?").join(", ")})`;
    const told = "CASE WHEN id IN (SELECT value FROM json_each(?)) THEN 'waiting' ELSE state END AS told";
    const where = `${among("kind", kinds)} AND ${among("told", states)}`;
    const lost = JSON.stringify(this.lost().map(({ id }) => id));
    const rows = this.file.all<JobRow & { readonly told: JobState }>(
      `SELECT *, ${told} FROM jobs WHERE ${where} ORDER BY seq LIMIT ?`,
      [lost, ...(kinds ?? []), ...(states ?? []), limit],
    );
    return rows.map((row) => recordOf({ ...row, state: row.told }));
  }

  async counts(): Promise<ReadonlyMap<string, JobCounts>> {
    const counts = new Map<string, JobCounts>();
    const sql = "SELECT kind, state, count(*) AS jobs FROM jobs GROUP BY kind, state ORDER BY kind";
    for (const { kind, state, jobs } of this.file.all<{ kind: string; state: JobState; jobs: number }>(sql))
      counts.set(kind, { ...(counts.get(kind) ?? NO_JOBS), [state]: jobs });
    for (const { kind } of this.lost()) {
      const { active, waiting, ...rest } = counts.get(kind) ?? NO_JOBS;
      // One that was taken up between the two questions is not counted as active.
      if (active > 0) counts.set(kind, { ...rest, active: active - 1, waiting: waiting + 1 });
    }
    return counts;
  }

  async retry(id: string): Promise<boolean> {
    const sql = `UPDATE jobs SET state = 'waiting', tried = 0, due = ?, result = NULL, error = NULL, finished = NULL
      WHERE id = ? AND state IN ('failed', 'cancelled', 'done')`;
    return this.file.run(sql, [Date.now(), id]) > 0;
  }

  async cancel(id: string): Promise<boolean> {
    const sql = `UPDATE jobs SET state = 'cancelled', token = NULL, finished = ?
      WHERE id = ? AND state IN ('waiting', 'active')`;
    return this.file.run(sql, [Date.now(), id]) > 0;
  }

  async close(): Promise<void> {
    this.file.close();
  }

  /** Jobs whose workers are gone wait again, or are set aside when their tries are used up. */
  private takeBack(): void {
    for (const row of this.lost()) {
      const isLast = row.tried >= row.tries;
      this.file.run("UPDATE jobs SET state = ?, error = ?, finished = ?, token = NULL, due = 0 WHERE id = ?", [
        isLast ? "failed" : "waiting",
        isLast ? vanished(row.tried) : null,
        isLast ? Date.now() : null,
        row.id,
      ]);
    }
  }

  /** Active ones whose workers are gone. */
  private lost(): HolderRow[] {
    const held = "SELECT id, kind, tries, tried, machine, pid, process, expires FROM jobs WHERE state = 'active'";
    return this.file.all<HolderRow>(held).filter((row) => this.isLost(row));
  }

  private isLost({ machine, pid, process: name, expires }: HolderRow): boolean {
    const isDead = machine === this.holder.machine && processName(pid) !== name;
    return isDead || expires <= Date.now();
  }
}

class LibsqlLease implements Lease {
  readonly job: JobRecord;
  private readonly file: LibsqlFile;
  private readonly token: string;
  private readonly leaseMs: number;
  private readonly firstPauseMs: number;

  constructor(file: LibsqlFile, job: JobRecord, token: string, leaseMs: number, firstPauseMs: number) {
    this.file = file;
    this.job = job;
    this.token = token;
    this.leaseMs = leaseMs;
    this.firstPauseMs = firstPauseMs;
  }

  async heartbeat(progress?: Json): Promise<void> {
    const text = progress === undefined ? null : recordText("progress", progress);
    this.set("expires = ?, progress = coalesce(?, progress)", [Date.now() + this.leaseMs, text]);
  }

  async complete(result: Json): Promise<void> {
    const text = recordText("result", result);
    this.set("state = 'done', result = ?, error = NULL, finished = ?", [text, Date.now()]);
  }

  async fail(error: string, { isPoison = false }: { readonly isPoison?: boolean | undefined } = {}): Promise<void> {
    const { tried, tries } = this.job;
    if (isPoison || tried >= tries) this.set("state = 'failed', error = ?, finished = ?", [error, Date.now()]);
    else this.set("state = 'waiting', error = ?, due = ?", [error, Date.now() + pauseMs(tried, this.firstPauseMs)]);
  }

  async release(): Promise<void> {
    this.set("state = 'waiting', tried = tried - 1, due = ?", [Date.now()]);
  }

  private set(columns: string, values: readonly unknown[]): void {
    const { id, worker } = this.job;
    const changed = this.file.run(`UPDATE jobs SET ${columns} ${HELD}`, [...values, id, this.token, Date.now()]);
    if (changed === 0) throw new LeaseLostError(id, worker!);
  }
}
