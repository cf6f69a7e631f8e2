// The command that hands out a work, its workers, and what the store of jobs says meanwhile.
import { setTimeout as sleep } from "node:timers/promises";
import { type JobCounts, type JobRecord, type JobStore, type Lease, openJobs } from "../../../src/jobs/index.ts";
import type { Ended, Running } from "../command.ts";
import { type Place, words } from "../ground.ts";
import type { Desk } from "./stores.ts";
import type { Work } from "./works.ts";

/** Silent for so long, a worker loses its job. */
export const LEASE_SECONDS = 2;
const LOOK_MS = 5;
const NO_JOBS: JobCounts = { waiting: 0, active: 0, done: 0, failed: 0, cancelled: 0 };

export interface Holding {
  readonly job: JobRecord;
  readonly pid: number;
}

export class Crew implements AsyncDisposable {
  readonly store: JobStore;
  /** Of the command, in the order given. */
  readonly ends: Ended[] = [];
  private readonly place: Place;
  private readonly work: Work;
  private readonly desk: Desk;
  private readonly environment: Readonly<Record<string, string>>;
  private readonly workers: Running[] = [];
  private command: Running | undefined;
  private isOver = false;

  private constructor(
    place: Place,
    work: Work,
    desk: Desk,
    environment: Readonly<Record<string, string>>,
    store: JobStore,
  ) {
    this.place = place;
    this.work = work;
    this.desk = desk;
    this.environment = environment;
    this.store = store;
  }

  static async at(place: Place, work: Work, desk: Desk, environment: Readonly<Record<string, string>>): Promise<Crew> {
    // A lease of its own is short: what it takes, it lets go of.
    const store = await openJobs(desk.watched, { leaseMs: 300 });
    return new Crew(place, work, desk, { ...desk.environment, ...environment }, store);
  }

  /** The command as a user types it. @param more such as `--workers 2`. */
  begin(more = ""): void {
    const { queue, objects } = this.desk;
    const line = [...this.work.command, "--queue", queue, "--objects", objects, ...words(more).filter(Boolean)];
    this.isOver = false;
    this.command = this.place.start(line, { env: this.environment });
    void this.command.ended.then((end) => {
      this.ends.push(end);
      this.isOver = true;
    });
  }

  async ended(): Promise<Ended> {
    await this.command!.ended;
    return this.ends.at(-1)!;
  }

  /** Whether it was killed before its end. */
  async killCommand(): Promise<boolean> {
    this.command!.child.kill("SIGKILL");
    return (await this.ended()).code === null;
  }

  startWorkers(count: number): void {
    for (let n = 0; n < count; n++) {
      const { queue, objects } = this.desk;
      const cache = this.place.path(`cache-${this.workers.length}`);
      const line = ["worker", "--queue", queue, "--objects", objects, "--cache", cache];
      const more = words(`--kinds ${this.work.kind} --lease-seconds ${LEASE_SECONDS} --threads 1 --quiet`);
      this.workers.push(this.place.start([...line, ...more], { env: this.environment }));
    }
  }

  async counts(): Promise<JobCounts> {
    return (await this.store.counts()).get(this.work.kind) ?? NO_JOBS;
  }

  /** Jobs that were handed out so far. */
  async total(): Promise<number> {
    return Object.values(await this.counts()).reduce((sum, jobs) => sum + jobs, 0);
  }

  /** One that is at work. */
  async holding(): Promise<Holding | undefined> {
    const [job] = await this.store.list({ kinds: [this.work.kind], states: ["active"], limit: 1 });
    if (job?.worker === undefined) return undefined;
    return { job, pid: Number(job.worker.split(" ")[1]) };
  }

  async stateOf(held: Holding | undefined): Promise<JobRecord | undefined> {
    return held && (await this.store.find([held.job.id]))[0];
  }

  /** Takes the same job up so often and says nothing more of it: the work of a job that kills its workers. */
  async poison(tries: number): Promise<string> {
    let id: string | undefined;
    const others: Lease[] = [];
    for (let n = 0; n < tries; ) {
      const lease = await this.store.lease({ kinds: [this.work.kind], worker: "a worker that dies" });
      if (lease !== undefined) {
        id ??= lease.job.id;
        if (lease.job.id === id) n++;
        else others.push(lease);
      }
      // Given back at once, a job would be the next one again.
      for (const other of others) await other.heartbeat().catch(() => {});
      await sleep(LOOK_MS);
    }
    for (const other of others) await other.release().catch(() => {});
    return id!;
  }

  /** The next thing that `look` finds; undefined: the command ended first. */
  async until<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
    for (;;) {
      const found = await look();
      if (found !== undefined || this.isOver) return found;
      await sleep(LOOK_MS);
    }
  }

  /** Workers end as a scheduler ends them; what they said. */
  async dismiss(): Promise<readonly Ended[]> {
    for (const { child } of this.workers) {
      child.kill("SIGCONT");
      child.kill("SIGTERM");
    }
    return Promise.all(this.workers.map(({ ended }) => ended));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.workers, ...(this.command === undefined ? [] : [this.command])];
    for (const { child } of all) child.kill("SIGKILL");
    await Promise.all(all.map(({ ended }) => ended));
    await this.store.close();
  }
}
