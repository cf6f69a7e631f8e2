// What coordinator and workers of one reasoning run tell each other. Jobs carry names of objects and small numbers;
// everything of size lies in the object store, below `reasoning/RUN/`:
//
//   specs/HASH.json                     what the run asks, and how
//   features/HASH.json                  FEATURE texts of all items, which users' questions quote
//   known/HASH.jsonl                    answers that a shard's questions have already
//   answers/WAVE-FROM-TO/R.HASH.jsonl   answers of round R, as they came
//   halted/HASH.json                    why no worker is to go on
import { z } from "zod";
import { PROMPT_SET } from "../../../reasoning/index.ts";
import { folderSchema } from "../../work/places.ts";
import { reasonSettings } from "../settings.ts";

/** The kind of the jobs. */
export const REASON_JOB = "reason";

const WAVES = ["items", "users"] as const;
export type Wave = (typeof WAVES)[number];

const count = z.int().min(0);

export const specSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal("reasoning-run"),
  dataset: folderSchema,
  /** Of the data: a worker that finds another refuses. */
  datasetHash: z.string(),
  settings: reasonSettings,
  /** What `settings` leaves open, decided. */
  prompts: PROMPT_SET,
  structured: reasonSettings.shape.structured.unwrap(),
  isKeyedByName: z.boolean(),
  /** Of the reasoner: a worker whose own has others, such as another file of a model, refuses. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export type RunSpec = z.output<typeof specSchema>;

/** What a worker may spend on a shard. */
const allowanceSchema = z.strictObject({
  calls: count.optional(),
  tokens: z.number().min(0).optional(),
  cost: z.number().min(0).optional(),
});

export type Allowance = z.output<typeof allowanceSchema>;

/** More would not go through a queue. */
export const MOST_SUBJECTS = 5000;

export const shardSchema = z.strictObject({
  run: z.string(),
  /** Where the objects lie, on this machine; null: where the worker's `--objects` says. */
  objects: z.string().nullable(),
  /** Names of objects. */
  spec: z.string(),
  features: z.string().optional(),
  known: z.string().optional(),
  wave: z.enum(WAVES),
  /** Subjects by index; `to` is not among them. */
  from: count,
  to: count,
  /** Subjects that are left out. */
  skip: z.array(count).max(MOST_SUBJECTS),
  /** How often the shard was given out, from 0. */
  round: count,
  allowance: allowanceSchema,
});

export type ReasonShard = z.output<typeof shardSchema>;

export const shardResultSchema = z.strictObject({
  /** Subjects whose three texts are there, of those of the shard. */
  complete: count,
  /** Why it ended early: its allowance is used up. */
  stopped: z.string().optional(),
  /** Why no shard of the run is to go on. */
  halted: z.string().optional(),
});

export type ShardResult = z.output<typeof shardResultSchema>;

export function folderOfRun(run: string): string {
  return `reasoning/${run}/`;
}

/** Where a shard's answers are put, by the shard and not by its round: the next one finds them. */
export function answersFolder({ run, wave, from, to }: Pick<ReasonShard, "run" | "wave" | "from" | "to">): string {
  return `${folderOfRun(run)}answers/${wave}-${from}-${to}/`;
}
