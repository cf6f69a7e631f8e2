// The contract of a kind of job: what its payload must be, and how a worker does it. To add one: a file with a
// `defineKind`, and a line in `table.ts`.
import type { z } from "zod";
import type { Report } from "../../base/progress.ts";
import type { Json } from "../../jobs/index.ts";
import type { ObjectStore } from "../../objects/index.ts";
import type { Kept } from "./kept.ts";

/** What a worker has, for each job that it does. */
export interface JobContext {
  /** Fires when the worker is to stop, and when the job is no longer its own: throw `CancelledError` soon. */
  readonly signal: AbortSignal;
  readonly report: Report;
  /** How much of the job is done: the coordinator shows it. */
  readonly progress: (done: number) => void;
  /** What stays open from job to job, such as a run. */
  readonly kept: Kept;
  /** Where results go that no queue may carry. Undefined: the worker was given no `--objects`. */
  readonly objects: ObjectStore | undefined;
  /** Where folders lie that were fetched from `objects`. */
  readonly cache: string;
  /** CPU threads to use; undefined: one per core. */
  readonly threads: number | undefined;
}

export interface JobKind<Payload extends z.ZodType> {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
  readonly payload: Payload;
  /**
   * Does the job, which may have been done before, in part or whole, by a worker that is gone: a result goes under a
   * name made of what it is of, so that twice is once. What it throws counts as a try, except after `signal`.
   * @returns a small record for the coordinator, such as names of objects.
   */
  readonly run: (payload: z.output<Payload>, context: JobContext) => Promise<Json>;
}

/** A kind whose payload nobody need know. */
export type AnyJobKind = JobKind<z.ZodType>;

/** Gives `run` a typed payload. */
export function defineKind<Payload extends z.ZodType>(kind: JobKind<Payload>): AnyJobKind {
  // Safe: a worker parses the payload with this very schema.
  return kind as unknown as AnyJobKind;
}
