// A store of jobs on Redis, for workers on many machines: a queue of BullMQ for each kind, whose locks are the leases.
// What BullMQ does not know, it is told here: how often a job may be taken up in vain, whether it failed or its workers
// vanished, and jobs that were cancelled, which wait beside its queues.
import { randomBytes } from "node:crypto";
import type { JobState as BullState, Queue, Worker } from "bullmq";
import type { SettledJobsOptions } from "./job-options.ts";
import { jobId, kindOf, recordText, vanished } from "./job-records.ts";
import { connectRedis, patiently, type RedisConnection } from "./redis-connection.ts";
import { isRefusal, RedisLease } from "./redis-lease.ts";
import { type Cancelled, type Carried, cancelledRecord, type QueuedJob, recordOf } from "./redis-records.ts";
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
} from "./store.ts";

/** Counted here: BullMQ's own counting knows nothing of workers that vanish. */
const WITHOUT_LIMIT = 1_000_000_000;
/** A week. Whoever adds a job again that is gone has its result found where it lies. */
const KEPT_SECONDS = 7 * 24 * 3600;
/** Jobs of one question to Redis. */
const AT_ONCE = 500;
const CLOSE_MS = 2000;
/** Nobody takes up a cancelled job so long that is put back: longer than Redis is waited for. */
const APART_MS = 120_000;

const STATES: Readonly<Partial<Record<BullState | "unknown", JobState>>> = {
  waiting: "waiting",
  delayed: "waiting",
  prioritized: "waiting",
  active: "active",
  completed: "done",
  failed: "failed",
};
const LISTED = { wait: "waiting", delayed: "waiting", active: "active", completed: "done", failed: "failed" } as const;
type Listed = keyof typeof LISTED;

/** @throws OperationError without the packages or the server; InputError for a server that may drop jobs. */
export async function openRedisJobs(address: URL, options: SettledJobsOptions): Promise<JobStore> {
  return new RedisJobs(await connectRedis(address), options);
}

class RedisJobs implements JobStore {
  readonly describes: string;
  readonly leaseMs: number;
  private readonly connection: RedisConnection;
  private readonly options: SettledJobsOptions;
  private readonly queues = new Map<string, Queue<Carried, Json>>();
  private readonly workers = new Map<string, Worker<Carried, Json>>();

  constructor(connection: RedisConnection, options: SettledJobsOptions) {
    this.describes = `Redis, ${connection.place}`;
    this.leaseMs = options.leaseMs;
    this.connection = connection;
    this.options = options;
  }

  async add(jobs: readonly NewJob[]): Promise<number> {
    const entries = jobs.map((job) => ({ id: jobId(job), job, text: recordText("payload", job.payload) }));
    let added = 0;
    for (const some of parted(entries)) added += await this.patiently(() => this.addSome(some));
    return added;
  }

  async lease({ kinds, worker }: LeaseRequest): Promise<Lease | undefined> {
    for (const kind of kinds) {
      const lease = await this.patiently(() => this.leaseOf(kind, worker));
      if (lease !== undefined) return lease;
    }
    return undefined;
  }

  async find(ids: readonly string[]): Promise<readonly (JobRecord | undefined)[]> {
    const found: (JobRecord | undefined)[] = [];
    for (const some of parted(ids)) found.push(...(await this.patiently(() => this.records(some))));
    return found;
  }

  list({ kinds, states, limit = 100 }: ListRequest = {}): Promise<readonly JobRecord[]> {
    return this.patiently(async () => {
      const records: JobRecord[] = [];
      const isAsked = (state: JobState) => states === undefined || states.includes(state);
      for (const kind of kinds ?? (await this.kinds())) {
        // In the order that jobs go through, so that none is missed which moves on meanwhile.
        if (isAsked("waiting")) records.push(...(await this.stored(kind, ["wait", "delayed"], limit)));
        if (isAsked("waiting") || isAsked("active"))
          records.push(...(await this.taken(kind)).filter(({ state }) => isAsked(state)));
        if (isAsked("done")) records.push(...(await this.stored(kind, ["completed"], limit)));
        if (isAsked("failed")) records.push(...(await this.stored(kind, ["failed"], limit)));
      }
      if (isAsked("cancelled"))
        records.push(...(await this.cancelled()).filter(({ kind }) => kinds === undefined || kinds.includes(kind)));
      const once = new Map(records.map((record) => [record.id, record]));
      return [...once.values()].sort((a, b) => a.added - b.added).slice(0, limit);
    });
  }

  counts(): Promise<ReadonlyMap<string, JobCounts>> {
    return this.patiently(async () => {
      const cancelled = await this.cancelled();
      const counts = new Map<string, JobCounts>();
      for (const kind of await this.kinds()) {
        const taken = await this.taken(kind);
        const jobs = await this.queue(kind).getJobCounts("wait", "delayed", "completed", "failed");
        const { wait = 0, delayed = 0, completed = 0, failed = 0 } = jobs;
        const lost = taken.filter(({ state }) => state === "waiting").length;
        counts.set(kind, {
          waiting: wait + delayed + lost,
          active: taken.length - lost,
          done: completed,
          failed,
          cancelled: cancelled.filter((record) => record.kind === kind).length,
        });
      }
      return counts;
    });
  }

  retry(id: string): Promise<boolean> {
    return this.patiently(async () => {
      const text = await this.redis.hget(this.key("cancelled"), id);
      if (text !== null) {
        await this.putBack(id, JSON.parse(text) as Cancelled);
        return true;
      }
      const [job] = await this.jobs([id]);
      const state = await job?.getState();
      if (job === undefined || (state !== "completed" && state !== "failed")) return false;
      await job.updateData({ ...job.data, released: 0 });
      return job.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true }).then(
        () => true,
        (error: unknown) => {
          if (isRefusal(error)) return false;
          throw error;
        },
      );
    });
  }

  cancel(id: string): Promise<boolean> {
    return this.patiently(async () => {
      const [record] = await this.records([id]);
      if (record?.state !== "waiting" && record?.state !== "active") return false;
      const [job] = await this.jobs([id]);
      if (job === undefined) return false;
      const entry: Cancelled = { carried: job.data, added: job.timestamp, cancelled: Date.now() };
      await this.redis.hset(this.key("cancelled"), id, JSON.stringify(entry));
      // Refused while a worker holds it, who finds out at the next heartbeat and removes it.
      await job.remove().catch(() => {});
      return true;
    });
  }

  async close(): Promise<void> {
    const parts = [...this.workers.values(), ...this.queues.values()];
    const closing = Promise.allSettled(parts.map((part) => part.close()));
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
    this.redis.disconnect();
  }

  private get redis(): RedisConnection["redis"] {
    return this.connection.redis;
  }

  /** At each moment it is in one of both places; a worker that takes it up while it is in both would remove it. */
  private async putBack(id: string, { carried }: Cancelled): Promise<void> {
    const { opts, ...job } = this.bulk(id, { ...carried, released: 0 });
    await this.queue(kindOf(id)).addBulk([{ ...job, opts: { ...opts, delay: APART_MS } }]);
    await this.redis.hdel(this.key("cancelled"), id);
    const [added] = await this.jobs([id]);
    if ((await added?.getState()) === "delayed") await added!.promote();
  }

  /** How many of them were new. */
  private async addSome(entries: readonly { readonly id: string; readonly job: NewJob }[]): Promise<number> {
    const known = await this.records(entries.map(({ id }) => id));
    const fresh = entries.filter((_, index) => known[index] === undefined);
    for (const kind of new Set(fresh.map(({ job }) => job.kind))) {
      const ofKind = fresh.filter(({ job }) => job.kind === kind);
      await this.addKind(kind);
      await this.queue(kind).addBulk(
        ofKind.map(({ id, job: { payload, tries = DEFAULT_TRIES } }) => this.bulk(id, { payload, tries, released: 0 })),
      );
    }
    return new Set(fresh.map(({ id }) => id)).size;
  }

  /** For one question at a time: many take longer than Redis may be silent. */
  private patiently<T>(work: () => Promise<T>): Promise<T> {
    return patiently(this.connection.place, work);
  }

  private key(name: string): string {
    return `${this.connection.prefix}:jobs:${name}`;
  }

  private kinds(): Promise<string[]> {
    return this.redis.smembers(this.key("kinds")).then((kinds) => kinds.sort());
  }

  private async addKind(kind: string): Promise<void> {
    await this.redis.sadd(this.key("kinds"), kind);
  }

  private async leaseOf(kind: string, worker: string): Promise<Lease | undefined> {
    const source = this.worker(kind, worker);
    for (;;) {
      const token = randomBytes(9).toString("base64url");
      const job: QueuedJob | undefined = await source.getNextJob(token, { block: false });
      if (job === undefined) return undefined;
      const lease = new RedisLease(this.connection, job, { token, worker, ...this.options }, this.key("cancelled"));
      const { tried, tries } = lease.job;
      if (tried <= tries && !(await lease.isCancelled())) return lease;
      await lease.discard(vanished(tries));
    }
  }

  private bulk(id: string, data: Carried) {
    const backoff = { type: "exponential", delay: this.options.pauseMs };
    const removeOnComplete = { age: KEPT_SECONDS };
    const opts = { jobId: id, attempts: WITHOUT_LIMIT, backoff, stackTraceLimit: 0, removeOnComplete };
    return { name: kindOf(id), data, opts };
  }

  private jobs(ids: readonly string[]): Promise<(QueuedJob | undefined)[]> {
    return Promise.all(ids.map((id) => this.queue(kindOf(id)).getJob(id) as Promise<QueuedJob | undefined>));
  }

  private async records(ids: readonly string[]): Promise<(JobRecord | undefined)[]> {
    if (ids.length === 0) return [];
    const [cancelled, states] = await Promise.all([this.redis.hmget(this.key("cancelled"), ...ids), this.states(ids)]);
    // After their states: what is said to be done has its result.
    const jobs = await this.jobs(ids);
    return ids.map((id, index) => {
      const [text, job, state] = [cancelled[index], jobs[index], states[index]];
      if (typeof text === "string") return cancelledRecord(id, text);
      return job === undefined || state === undefined ? undefined : recordOf(job, state);
    });
  }

  /** One that goes away between two questions is listed as nothing. */
  private async stored(kind: string, types: readonly Listed[], limit: number): Promise<JobRecord[]> {
    const jobs = await this.queue(kind).getJobs([...types], 0, limit - 1, true);
    return (jobs as (QueuedJob | undefined)[]).flatMap((job) => (job ? [recordOf(job, LISTED[types[0]!])] : []));
  }

  /** Jobs that BullMQ calls active: those that workers have, and waiting ones whose workers are gone. */
  private async taken(kind: string): Promise<JobRecord[]> {
    const ids = (await this.stored(kind, ["active"], 0)).map(({ id }) => id);
    const records = await this.records(ids);
    return records.filter((record) => record?.state === "active" || record?.state === "waiting") as JobRecord[];
  }

  /** An active job whose lock is gone waits: BullMQ takes it back as soon as a worker looks. */
  private async states(ids: readonly string[]): Promise<(JobState | undefined)[]> {
    const ask = (some: readonly string[]) => Promise.all(some.map((id) => this.queue(kindOf(id)).getJobState(id)));
    const states = await ask(ids);
    const active = ids.filter((_, index) => states[index] === "active");
    const lock = (id: string) => this.redis.exists(`${this.queue(kindOf(id)).toKey(id)}:lock`);
    const locks = await Promise.all(active.map(lock));
    const open = active.filter((_, index) => locks[index] === 0);
    // Asked again: one that ended meanwhile has no lock either.
    const again = new Map((await ask(open)).map((state, index) => [open[index]!, state]));
    return ids.map((id, index) => {
      const state = again.get(id) ?? states[index]!;
      return again.has(id) && state === "active" ? "waiting" : STATES[state];
    });
  }

  private async cancelled(): Promise<JobRecord[]> {
    const entries = Object.entries(await this.redis.hgetall(this.key("cancelled")));
    return entries.map(([id, text]) => cancelledRecord(id, text));
  }

  private queue(kind: string): Queue<Carried, Json> {
    const known = this.queues.get(kind);
    if (known !== undefined) return known;
    const { redis, prefix, bullmq } = this.connection;
    const queue = new bullmq.Queue<Carried, Json>(kind, { connection: redis, prefix, skipVersionCheck: true });
    queue.on("error", () => {});
    this.queues.set(kind, queue);
    return queue;
  }

  /** It looks for silent workers as well, as long as this store is open. */
  private worker(kind: string, name: string): Worker<Carried, Json> {
    const known = this.workers.get(`${kind} ${name}`);
    if (known !== undefined) return known;
    const { redis, prefix, bullmq } = this.connection;
    const worker = new bullmq.Worker<Carried, Json>(kind, undefined, {
      connection: redis,
      prefix,
      name,
      autorun: false,
      skipVersionCheck: true,
      lockDuration: this.leaseMs,
      stalledInterval: Math.max(this.leaseMs / 2, 100),
      maxStalledCount: WITHOUT_LIMIT,
    });
    worker.on("error", () => {});
    void worker.startStalledCheckTimer().catch(() => {});
    this.workers.set(`${kind} ${name}`, worker);
    return worker;
  }
}

function parted<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, at) =>
    all.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
}
