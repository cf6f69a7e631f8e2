// What BullMQ keeps of a job, and the record that it stands for.
import type { Job } from "bullmq";
import { kindOf } from "./job-records.ts";
import type { JobRecord, JobState, Json } from "./store.ts";

/** What a job of the queue carries. */
export interface Carried {
  readonly payload: Json;
  readonly tries: number;
  /** How often it was given back. */
  readonly released: number;
}

/** A cancelled job, outside the queues. */
export interface Cancelled {
  readonly carried: Carried;
  readonly added: number;
  readonly cancelled: number;
}

export type QueuedJob = Job<Carried, Json>;

export function recordOf(job: QueuedJob, state: JobState): JobRecord {
  const { payload, tries, released } = job.data;
  const isFinished = state === "done" || state === "failed";
  return {
    id: job.id!,
    kind: job.name,
    state,
    payload,
    tries,
    tried: job.attemptsStarted - released,
    worker: job.processedBy,
    progress: job.progress === 0 ? undefined : (job.progress as Json),
    result: state === "done" ? (job.returnvalue ?? undefined) : undefined,
    error: state === "done" ? undefined : job.failedReason,
    added: job.timestamp,
    finished: isFinished ? job.finishedOn : undefined,
  };
}

export function cancelledRecord(id: string, text: string): JobRecord {
  const { carried, added, cancelled } = JSON.parse(text) as Cancelled;
  const { payload, tries } = carried;
  return { id, kind: kindOf(id), state: "cancelled", payload, tries, tried: 0, added, finished: cancelled };
}
