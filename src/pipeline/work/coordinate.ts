// Has shards done by workers, wherever they are: adds them to a store, shows one line of progress, and hands on each
// result once. Killed and begun anew, it finds what is done already.
import { setTimeout as sleep } from "node:timers/promises";
import { OperationError, stopIf } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { JobRecord, JobStore, Json } from "../../jobs/index.ts";
import { Failures } from "./failures.ts";

/** A piece of the work. */
export interface ShardJob {
  readonly name: string;
  readonly payload: Json;
  /** How much it is, in the unit of progress. */
  readonly size: number;
}

export interface CoordinateOptions {
  readonly store: JobStore;
  /** The address of the store, for people: without a password. */
  readonly queue: string;
  /** Whether the address has a name and a password, which `queue` leaves out: commands need them. */
  readonly hasLogin?: boolean | undefined;
  readonly kind: string;
  readonly shards: readonly ShardJob[];
  readonly tries?: number | undefined;
  /** What the line of progress begins with. */
  readonly stage: string;
  /** Such as "users". */
  readonly unit: string;
  /** Done before, in the same unit. */
  readonly before?: number | undefined;
  /** More for that line, such as what was paid so far. */
  readonly note?: (() => string | undefined) | undefined;
  /** Gets each result once, as they come. False: what it names is gone, so that the job is done again. */
  readonly take: (shard: ShardJob, result: Json) => Promise<boolean>;
  /** Whether somebody works for this store, as far as is known here. */
  readonly hasWorkers: boolean;
  /** Rejects when the workers of this machine are no more. */
  readonly failure?: Promise<never> | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** So often a result may be missing where it should be before that is a failure. */
const MISSES = 3;
const MISSED =
  "done, but its result is not where it should be; do all workers see the same --objects, or the same folder?";
const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 1000;
/** Nobody takes a job for so long: it is said how to start a worker. */
const LONELY_MS = 20_000;

/**
 * All shards done and taken.
 * @throws OperationError when some were set aside, naming why, after all others are done; CancelledError when stopped.
 */
export async function coordinate(options: CoordinateOptions): Promise<void> {
  const { failure } = options;
  const watch = new Watch(options);
  await (failure === undefined ? watch.run() : Promise.race([watch.run(), failure]));
}

class Watch {
  private readonly options: CoordinateOptions;
  private readonly open: Map<string, ShardJob>;
  private readonly failures = new Failures();
  private readonly misses = new Map<string, number>();
  private readonly total: number;
  private taken: number;
  private lastActivity = Date.now();
  private isLonely = false;

  constructor(options: CoordinateOptions) {
    const { kind, shards, before = 0 } = options;
    this.options = options;
    this.open = new Map(shards.map((shard) => [`${kind}.${shard.name}`, shard]));
    this.total = shards.reduce((sum, { size }) => sum + size, before);
    this.taken = before;
  }

  async run(): Promise<void> {
    await this.begin();
    let pollMs = FIRST_POLL_MS;
    for (;;) {
      stopIf(this.options.signal, "stopped; what is done is kept.");
      const taken = await this.look();
      if (this.open.size === 0) break;
      pollMs = taken ? FIRST_POLL_MS : Math.min(pollMs * 2, LONGEST_POLL_MS);
      await sleep(pollMs, undefined, { signal: this.options.signal }).catch(() => {});
    }
    if (this.failures.count > 0) throw this.setAside();
  }

  /** What was set aside or cancelled before is tried again: that is what the same command asks for. */
  private async begin(): Promise<void> {
    const { store, report = silent } = this.options;
    await this.add([...this.open.values()]);
    const ids = [...this.open.keys()];
    const found = await store.find(ids);
    const again = ids.filter((_, index) => ["failed", "cancelled"].includes(found[index]?.state ?? ""));
    for (const id of again) await store.retry(id);
    if (again.length > 0) report({ kind: "notice", message: `Trying ${again.length} shards again that had failed.` });
  }

  private async add(shards: readonly ShardJob[]): Promise<void> {
    const { store, kind, tries } = this.options;
    await store.add(shards.map(({ name, payload }) => ({ kind, name, payload, tries })));
  }

  /** Whether anything ended. */
  private async look(): Promise<boolean> {
    const ids = [...this.open.keys()];
    const records = await this.options.store.find(ids);
    const forgotten: ShardJob[] = [];
    let ended = false;
    let working = 0;
    let active = 0;
    for (const [index, id] of ids.entries()) {
      const record = records[index];
      if (record === undefined) forgotten.push(this.open.get(id)!);
      else if (record.state === "active") {
        active++;
        working += typeof record.progress === "number" ? record.progress : 0;
      } else if (await this.end(id, record)) ended = true;
    }
    // A store that was emptied meanwhile.
    if (forgotten.length > 0) await this.add(forgotten);
    if (ended || active > 0) {
      this.lastActivity = Date.now();
      this.isLonely = false;
    }
    this.tell(working, active);
    return ended;
  }

  private async end(id: string, record: JobRecord): Promise<boolean> {
    const shard = this.open.get(id)!;
    const { store, take } = this.options;
    if (record.state === "done") {
      if (await take(shard, record.result ?? null)) this.taken += shard.size;
      else {
        const misses = (this.misses.get(id) ?? 0) + 1;
        this.misses.set(id, misses);
        if (misses < MISSES) {
          await store.retry(id);
          return false;
        }
        this.failures.add(MISSED);
      }
    } else if (record.state === "failed") this.failures.add(record.error ?? "no reason given");
    else if (record.state === "cancelled") this.failures.add("cancelled");
    else return false;
    this.open.delete(id);
    return true;
  }

  private tell(working: number, active: number): void {
    const { stage, unit, report = silent, hasWorkers, queue, store, note } = this.options;
    const waiting = this.open.size - active;
    const notes = [active > 0 ? `${active} shards at work` : "", note?.() ?? "", this.failures.words].filter(Boolean);
    const done = Math.min(this.taken + working, this.total);
    report({ kind: "step", stage, done, total: this.total, unit, note: notes.join(", ") || undefined });
    if (hasWorkers || this.isLonely || Date.now() - this.lastActivity < LONELY_MS) return;
    this.isLonely = true;
    const message = `${waiting} shards wait in ${store.describes} and no worker takes them. Start one on any machine: isrf worker --queue ${queue} --objects ADDRESS${this.login}`;
    report({ kind: "warning", message });
  }

  /** Behind commands that are shown. */
  private get login(): string {
    return this.options.hasLogin ? " (with the name and password of the queue in its address)" : "";
  }

  private setAside(): OperationError {
    const { queue, kind } = this.options;
    return new OperationError(
      `${this.failures.count} of the shards were set aside: ${this.failures.words}. The others are done and kept. See \`isrf jobs list --queue ${queue} --kinds ${kind} --states failed\`${this.login}; the same command tries them again.`,
    );
  }
}
