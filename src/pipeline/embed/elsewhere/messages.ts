// What coordinator and workers of an encoding tell each other. Jobs carry names of objects; below `embed/` lie
//
//   runs/HASH.json                which encoder, and how
//   texts/SHARD.json              the texts of a shard, batch by batch
//   vectors/SHARD/HASH.vectors    vectors of some of its batches, as they came
//
// A shard is named by the hash of all that its vectors depend on.
import { z } from "zod";
import { OPENED_KINDS } from "../../../embedding/index.ts";
import { asJson } from "../../../jobs/index.ts";
import { folderSchema } from "../../work/places.ts";
import { encoderSettings } from "../settings.ts";

/** The kind of the jobs. */
export const EMBED_JOB = "embed";

/** What an encoder is opened with. */
export const choiceSchema = encoderSettings.pick({
  dimensions: true,
  pooling: true,
  maxTokens: true,
  device: true,
  timeoutSeconds: true,
});

export const runSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal("encoding"),
  /** Of isrf: another one may cut texts otherwise. */
  version: z.string(),
  encoder: z.strictObject({ kind: z.enum(OPENED_KINDS), model: z.string() }),
  settings: choiceSchema,
  /** Where a transformer's files lie. */
  checkpoint: folderSchema.optional(),
  /** Of the opened encoder: a worker whose own has others, such as another file of a model, refuses. */
  options: z.record(z.string(), z.unknown()),
  /** Distinct texts of all shards. */
  total: z.int().min(1),
});

export type EncodingRun = z.output<typeof runSchema>;

export const textsSchema = z.strictObject({
  texts: z.array(z.string()),
  /** How many of them are in each batch. */
  batches: z.array(z.int().min(1)),
});

export type ShardTexts = z.output<typeof textsSchema>;

export const shardSchema = z.strictObject({
  /** Name of the object. */
  run: z.string(),
  /** Hash that names the shard. */
  shard: z.string(),
  /** Where the objects lie, on this machine; null: where the worker's `--objects` says. */
  objects: z.string().nullable(),
});

export type EmbedPayload = z.output<typeof shardSchema>;

export function runName(hash: string): string {
  return `embed/runs/${hash}.json`;
}

export function textsName(shard: string): string {
  return `embed/texts/${shard}.json`;
}

/** Vectors of all shards. */
export const VECTORS = "embed/vectors/";

/** Ends in "/". */
export function vectorsFolder(shard: string): string {
  return `${VECTORS}${shard}/`;
}

/** Each worker asks the server of its own environment. */
export function withoutServer({ server: _, ...options }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return asJson(options) as Record<string, unknown>;
}
