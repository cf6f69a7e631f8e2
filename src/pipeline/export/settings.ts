import { z } from "zod";
import { placeSettings } from "../../runs/settings.ts";

export const EXPORTS = ["item-vectors", "user-vectors"] as const;
export const VECTOR_FORMATS = ["parquet", "jsonl", "npy"] as const;

export const exportSettings = z.object({
  what: z.enum(EXPORTS).describe("vectors that the model knows items or users by"),
  out: z.string().describe("write them into this file, or into this object: s3://bucket/key").meta({ value: "FILE" }),
  format: z
    .enum(VECTOR_FORMATS)
    .optional()
    .describe("parquet and jsonl: id and vector a row; npy: a matrix, with its ids in FILE.ids.json")
    .meta({ absent: "by the ending of --out" }),
  overwrite: z.boolean().default(false).describe("replace --out"),
  ...placeSettings.shape,
});

/** What the command line takes: scores are rows of recommendations, with lists as long as asked for. */
export const exportCommandSettings = z.object({
  ...exportSettings.shape,
  what: z
    .enum([...EXPORTS, "scores"])
    .describe("vectors that the model knows items or users by, or the best scores of every user"),
  format: z
    .enum(VECTOR_FORMATS)
    .optional()
    .describe("parquet and jsonl: a row each; npy, of vectors: a matrix, with its ids in FILE.ids.json")
    .meta({ absent: "by the ending of --out" }),
  top: z.number().int().min(1).default(100).describe("scores: so many of each user").meta({ unit: "items" }),
});
