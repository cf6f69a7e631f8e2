// A worker: takes one job after the other, beats while it does them, and says how they ended. Killed at any moment, its
// job goes to another one; asked to stop, it finishes or gives its job back.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { OperationError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { type JobStore, type Json, type Lease, LeaseLostError } from "../../jobs/index.ts";
import type { ObjectStore } from "../../objects/index.ts";
import { Kept } from "./kept.ts";
import type { AnyJobKind } from "./kind.ts";

export interface WorkerOptions {
  readonly store: JobStore;
  /** What it can do. */
  readonly kinds: readonly AnyJobKind[];
  readonly objects?: ObjectStore | undefined;
  /** Where fetched folders lie. */
  readonly cache: string;
  readonly threads?: number | undefined;
  /** End when no job waits and none is at work elsewhere. Default: wait for more. */
  readonly untilIdle?: boolean | undefined;
  readonly report?: Report | undefined;
  /** Asks it to stop. */
  readonly signal?: AbortSignal | undefined;
}

export interface WorkDone {
  readonly done: number;
  /** Given back to the store with an error, to be tried again or set aside. */
  readonly failed: number;
  /** Given back undone, as this worker was to stop. */
  readonly released: number;
  /** Lost to another worker, or cancelled. */
  readonly lost: number;
}

/** How a job ended. */
type Ending = keyof WorkDone;

/** Beats in a lease: a missed one costs nothing. */
const BEATS = 4;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2000;
/** So often in a row the store may fail; each waits longer, and each has been patient by itself. */
const FAILURES = 8;

/**
 * Do jobs until there are none (`untilIdle`), or until `signal`.
 * @throws OperationError when the store stays away.
 */
export async function work(options: WorkerOptions): Promise<WorkDone> {
  const { store, kinds, signal, untilIdle = false, report = silent } = options;
  const request = { kinds: kinds.map(({ name }) => name), worker: workerName() };
  const kept = new Kept();
  const counts = { done: 0, failed: 0, released: 0, lost: 0 };
  let waitMs = FIRST_WAIT_MS;
  let failures = 0;
  try {
    while (signal?.aborted !== true) {
      try {
        const lease = await store.lease(request);
        failures = 0;
        if (lease !== undefined) {
          counts[await doJob(lease, kept, options)]++;
          waitMs = FIRST_WAIT_MS;
          continue;
        }
        if (untilIdle && (await isIdle(store, request.kinds))) break;
      } catch (error) {
        if (!(error instanceof OperationError) || ++failures > FAILURES) throw error;
        report({ kind: "warning", message: `${error.message} Trying again.` });
      }
      await pause(waitMs, signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  } finally {
    await kept.dispose();
  }
  return counts;
}

/** Such as `host-a 4711 k3Qd`: a process number alone comes back. */
function workerName(): string {
  return `${hostname()} ${process.pid} ${randomBytes(3).toString("base64url")}`;
}

async function isIdle(store: JobStore, kinds: readonly string[]): Promise<boolean> {
  const counts = await store.counts();
  return kinds.every((kind) => {
    const { waiting = 0, active = 0 } = counts.get(kind) ?? {};
    return waiting + active === 0;
  });
}

/** Workers that wait do not ask in step. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
}

async function doJob(lease: Lease, kept: Kept, options: WorkerOptions): Promise<Ending> {
  const { report = silent, signal: stop } = options;
  const ownership = new AbortController();
  const heart = new Heart(lease, options.store.leaseMs, () => ownership.abort());
  const signal = stop === undefined ? ownership.signal : AbortSignal.any([stop, ownership.signal]);
  try {
    const ending = await attempt(lease, { ...options, kept, signal, progress: (done) => heart.tell(done) });
    heart.stop();
    return await ending();
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    report({ kind: "warning", message: `${error.message} What was done of it counts for nothing.` });
    return "lost";
  } finally {
    heart.stop();
  }
}

interface Attempt extends WorkerOptions {
  readonly kept: Kept;
  readonly signal: AbortSignal;
  readonly progress: (done: number) => void;
}

/** Does the job; how to tell the store what became of it. */
async function attempt(lease: Lease, given: Attempt): Promise<() => Promise<Ending>> {
  const { id, kind: name, payload } = lease.job;
  const { kinds, kept, signal, progress, report = silent, objects, cache, threads } = given;
  const kind = kinds.find((each) => each.name === name)!;
  const parsed = kind.payload.safeParse(payload);
  if (!parsed.success) {
    return failing(
      lease,
      "its payload is of another version of isrf: all workers and the coordinator want the same",
      true,
    );
  }
  try {
    const result = await kind.run(parsed.data, { signal, report, progress, kept, objects, cache, threads });
    return completing(lease, result);
  } catch (error) {
    if (signal.aborted) return releasing(lease);
    report({ kind: "warning", message: `job ${id}: ${reasonOf(error)}` });
    return failing(lease, reasonOf(error), false);
  }
}

function completing(lease: Lease, result: Json): () => Promise<Ending> {
  return () => lease.complete(result).then(() => "done");
}

function failing(lease: Lease, error: string, isPoison: boolean): () => Promise<Ending> {
  return () => lease.fail(error, { isPoison }).then(() => "failed");
}

function releasing(lease: Lease): () => Promise<Ending> {
  return () => lease.release().then(() => "released");
}

/** Renews a lease while the job is done, and passes progress on. Once it may be another's, the job is to stop. */
class Heart {
  private readonly timer: NodeJS.Timeout;
  private done: number | undefined;
  private isBeating = false;
  /** When the last beat that the store took was sent. */
  private renewed = performance.now();

  constructor(lease: Lease, leaseMs: number, onLost: () => void) {
    this.timer = setInterval(() => {
      // A store that stays away lets nobody say so.
      if (performance.now() - this.renewed > leaseMs) onLost();
      if (this.isBeating) return;
      this.isBeating = true;
      const sent = performance.now();
      lease
        .heartbeat(this.done)
        .then(() => {
          this.renewed = sent;
        })
        .catch((error: unknown) => {
          // A store that is away for a moment: the next beat comes before the lease ends.
          if (error instanceof LeaseLostError) onLost();
        })
        .finally(() => {
          this.isBeating = false;
        });
    }, leaseMs / BEATS);
  }

  tell(done: number): void {
    this.done = done;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
