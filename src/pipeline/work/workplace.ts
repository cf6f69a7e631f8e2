// Where a shared work is done: which queue, which objects, how many processes here.
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { hasLogin, type JobStore, openJobs, shownAddress } from "../../jobs/index.ts";
import { type CoordinateOptions, coordinate } from "./coordinate.ts";
import { Pool } from "./pool.ts";
import type { workplaceSettings } from "./settings.ts";

export interface Workplace {
  readonly queue: string;
  readonly objects: string;
  /** Processes of this machine. */
  readonly workers: number;
  /** Workers may be on other machines, which have no paths of this one. */
  readonly isElsewhere: boolean;
  /** Of this machine: what the work needs beside the two. */
  readonly folder: string;
}

/** Where somebody wants a work done, as far as they say. */
export type GivenPlace = Partial<Pick<z.output<typeof workplaceSettings>, "workers" | "queue" | "objects">>;

/** Whether a work is to be shared: else this process does it alone. */
export function wantsWorkers({ workers = 0, queue, objects }: GivenPlace): boolean {
  return workers > 0 || queue !== undefined || objects !== undefined;
}

/**
 * What was not named lies in `folder`.
 * @throws UsageError for a queue of several machines without objects that all of them see.
 */
export function workplaceOf({ workers, queue, objects }: GivenPlace, folder: string): Workplace {
  if (queue !== undefined && /^rediss?:/.test(queue) && objects === undefined) {
    throw new UsageError("--objects ADDRESS is missing: where workers of other machines find the run and put answers.");
  }
  return {
    queue: queue ?? join(resolve(folder), "jobs.db"),
    objects: objects ?? join(resolve(folder), "objects"),
    workers: workers ?? (queue === undefined ? 1 : 0),
    isElsewhere: queue !== undefined && objects !== undefined,
    folder: resolve(folder),
  };
}

/** Undefined objects: the work needs none. */
export interface WorkforcePlace extends Pick<Workplace, "queue" | "workers" | "folder"> {
  readonly objects: string | undefined;
}

export interface WorkforceOptions {
  /** What is handed out. */
  readonly kind: string;
  /** More processes than this would have nothing to do. */
  readonly most: number;
  /** CPU threads of each process; default: an equal part of the cores. */
  readonly threads: number | undefined;
  /** A worker that is silent for so long loses its job; default a minute, as for `isrf worker`. */
  readonly leaseSeconds?: number | undefined;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

export type HandOutOptions = Pick<CoordinateOptions, "shards" | "stage" | "unit" | "before" | "note" | "take">;

/** Who does the shards of a work: processes begun for it, and whoever else works for the queue. */
export class Workforce {
  private readonly place: WorkforcePlace;
  private readonly options: WorkforceOptions;
  readonly store: JobStore;
  private pool: Pool | undefined;

  private constructor(place: WorkforcePlace, options: WorkforceOptions, store: JobStore) {
    this.place = place;
    this.options = options;
    this.store = store;
  }

  /** @throws OperationError where the store cannot be reached. */
  static async open(place: WorkforcePlace, options: WorkforceOptions): Promise<Workforce> {
    const { leaseSeconds } = options;
    const leaseMs = leaseSeconds === undefined ? undefined : leaseSeconds * 1000;
    return new Workforce(place, options, await openJobs(place.queue, { leaseMs }));
  }

  /** All shards done and taken. Processes begin with the first of them. @throws as `coordinate`. */
  async handOut({ take, ...work }: HandOutOptions): Promise<void> {
    if (work.shards.length === 0) return;
    const { kind, report, signal } = this.options;
    const { queue, workers } = this.place;
    this.pool ??= this.startPool();
    const { pool, store } = this;
    await coordinate({
      ...work,
      store,
      queue: shownAddress(queue),
      hasLogin: hasLogin(queue),
      kind,
      hasWorkers: workers > 0,
      failure: pool.failure,
      take: (shard, result) => {
        pool.noteSuccess();
        return take(shard, result);
      },
      report,
      signal,
    });
  }

  /** Processes finish or give back what they have. */
  async close(): Promise<void> {
    await this.pool?.stop();
    await this.store.close();
  }

  private startPool(): Pool {
    const { queue, objects, workers, folder } = this.place;
    const { kind, most, threads, leaseSeconds, report } = this.options;
    return new Pool({
      workers: Math.min(workers, most),
      queue,
      objects,
      kinds: [kind],
      cache: join(folder, "cache"),
      leaseSeconds,
      threads: threads ?? Math.max(1, Math.floor(availableParallelism() / Math.max(1, workers))),
      report,
    });
  }
}
