// The contract of every store of jobs: pieces of a large work, which workers take one at a time. Delivery is at least
// once, so doing a job twice must be harmless; a result is taken once, from whoever holds the lease. Payloads and
// results are small records that say where data lie, never data.
//
//   waiting -> active -> done
//      ^         |-> waiting  given back, or failed and to be tried again, or its worker fell silent
//      |         '-> failed   set aside: its tries are used up, or trying again cannot help
//      '--- retry ---  failed, cancelled, done

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export const JOB_STATES = ["waiting", "active", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Of a payload, a result or progress, as JSON. */
export const RECORD_BYTES = 64 << 10;
export const DEFAULT_TRIES = 3;

export interface NewJob {
  /** What is to be done: lower-case letters, digits and dashes. Workers take the kinds that they know. */
  readonly kind: string;
  /** Names this job among those of its kind; letters, digits, `_` and `-`. Best a hash of all it depends on. */
  readonly name: string;
  readonly payload: Json;
  /** So often it may be taken up in vain before it is set aside. */
  readonly tries?: number | undefined;
}

export interface JobRecord {
  /** `<kind>.<name>`. */
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly payload: Json;
  readonly tries: number;
  /** How often it was taken up, without those that gave it back. */
  readonly tried: number;
  /** Who holds it or held it last. */
  readonly worker?: string | undefined;
  readonly progress?: Json | undefined;
  readonly result?: Json | undefined;
  /** Why it failed last. */
  readonly error?: string | undefined;
  /** Milliseconds since 1970. */
  readonly added: number;
  readonly finished?: number | undefined;
}

/** A job in a worker's hands. Every method throws `LeaseLostError` once the job is no longer this worker's. */
export interface Lease {
  readonly job: JobRecord;
  /** The lease lasts its whole time again from now on. */
  heartbeat(progress?: Json): Promise<void>;
  /** Takes the result, once. */
  complete(result: Json): Promise<void>;
  /** `isPoison`: trying again cannot help, so that it is set aside at once. */
  fail(error: string, options?: { readonly isPoison?: boolean | undefined }): Promise<void>;
  /** Gives it back undone; that is no try. */
  release(): Promise<void>;
}

export interface LeaseRequest {
  readonly kinds: readonly string[];
  /** Who asks, for people: `host-a 4711`. */
  readonly worker: string;
}

export interface ListRequest {
  readonly kinds?: readonly string[] | undefined;
  readonly states?: readonly JobState[] | undefined;
  /** Default: 100. */
  readonly limit?: number | undefined;
}

/** Jobs by state. */
export type JobCounts = Readonly<Record<JobState, number>>;

/**
 * All methods throw OperationError when the store cannot be reached or written: nothing of the call counts then, or all
 * of it, so that the same call may be made again.
 */
export interface JobStore {
  /** Such as "Redis, 10.0.0.1:6379". */
  readonly describes: string;
  /** How long a worker may be silent. */
  readonly leaseMs: number;
  /**
   * Adds those that are not there yet, by kind and name, whatever their state; how many were new. One that was done is
   * there for a week at least.
   */
  add(jobs: readonly NewJob[]): Promise<number>;
  /** The job of these kinds that has waited longest; undefined while there is none. No two callers get the same. */
  lease(request: LeaseRequest): Promise<Lease | undefined>;
  /**
   * In the order of `ids`; undefined for ids that are not there. Here and in lists and counts, a job whose worker is
   * gone, or silent for longer than its lease, waits for another one.
   */
  find(ids: readonly string[]): Promise<readonly (JobRecord | undefined)[]>;
  /** Oldest first. */
  list(request?: ListRequest): Promise<readonly JobRecord[]>;
  /** By kind. */
  counts(): Promise<ReadonlyMap<string, JobCounts>>;
  /** A job that is failed, cancelled or done waits again, with all its tries. False where it was none of these. */
  retry(id: string): Promise<boolean>;
  /** A job that waits or is active is not done; whoever holds it has lost it. False where it was none of these. */
  cancel(id: string): Promise<boolean>;
  close(): Promise<void>;
}

export const NO_JOBS: JobCounts = { waiting: 0, active: 0, done: 0, failed: 0, cancelled: 0 };
