// Settings of workers, of what hands work to them, and of what looks after their jobs.
import { z } from "zod";
import { JOB_STATES } from "../../jobs/store.ts";
import { threads } from "../../runs/settings.ts";

const queue = z
  .string()
  .describe("the store of jobs: redis://host:port, or a file of this machine, made where it is not there")
  .meta({ value: "ADDRESS" });

const objects = z
  .string()
  .optional()
  .describe("where workers on several machines share what no queue carries: s3://bucket/prefix, or a shared folder")
  .meta({ value: "ADDRESS" });

const kinds = z
  .array(z.string())
  .readonly()
  .optional()
  .describe("jobs of this kind alone")
  .meta({ value: "KIND", commas: true, absent: "all" });

export const workerSettings = z.object({
  queue,
  objects,
  kinds,
  untilIdle: z.boolean().default(false).describe("end when no job waits and none is at work, instead of waiting"),
  cache: z
    .string()
    .optional()
    .describe("keep runs and datasets here that come from --objects")
    .meta({ value: "DIR", absent: "a folder of yours among the temporary files" }),
  leaseSeconds: z
    .number()
    .min(1)
    .default(60)
    .describe("give a job to another worker after so long a silence; the same for all workers of a queue")
    .meta({ unit: "seconds" }),
  threads,
});

/** Where a large work is done; all absent: in this process. */
export const workplaceSettings = z.object({
  workers: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("share the work among so many processes of this machine")
    .meta({ unit: "processes", absent: "this process alone, or with --queue the workers elsewhere" }),
  queue: queue.optional().describe("share the work with every `isrf worker` of this store of jobs"),
  objects,
});

export const listJobsSettings = z.object({
  queue,
  kinds,
  states: z
    .array(z.enum(JOB_STATES))
    .readonly()
    .optional()
    .describe(`jobs in this state alone (${JOB_STATES.join(", ")})`)
    .meta({ value: "STATE", commas: true, absent: "all" }),
  limit: z.number().int().min(1).default(50).describe("list so many jobs, oldest first").meta({ unit: "jobs" }),
});

export const oneJobSettings = z.object({ queue });

/** Which jobs are tried again or cancelled. */
export const manyJobsSettings = z.object({
  queue,
  kinds,
  all: z.boolean().default(false).describe("every job that it applies to, in place of named ones"),
});
