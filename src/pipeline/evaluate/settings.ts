// Settings of an evaluation, with their words and defaults.
import { z } from "zod";
import type { AnyMetric } from "../../evaluation/index.ts";
import { placeSettings, termSettings } from "../../runs/settings.ts";
import { workplaceSettings } from "../work/settings.ts";

export const evaluateSettings = z.object({
  /** Default: all tasks of the model. */
  tasks: z
    .array(z.enum(["sequential", "direct"]))
    .readonly()
    .optional(),
  split: z
    .enum(["valid", "test"])
    .default("test")
    .describe("ask for the validation item or the test item of each user"),
  users: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("ask a fixed random sample of so many users")
    .meta({ unit: "users", absent: "all" }),
  sentences: z
    .number()
    .int()
    .min(0)
    .default(500)
    .describe("have a model of the third task write on so many pairs at most, drawn by a fixed seed; 0: on none")
    .meta({ unit: "pairs" }),
  /** As `metricNames` lists them. Default: the standard metrics. */
  metrics: z.array(z.custom<AnyMetric>()).readonly().optional(),
  /** What needs no training, for comparison; "canary": the id rule alone. */
  yardsticks: z.union([z.boolean(), z.literal("canary")]).default(true),
  fuse: z
    .string()
    .optional()
    .describe("direct: also fuse the scores of this run of a graph model; may be the same run")
    .meta({ value: "RUN" }),
  embeddings: z
    .string()
    .optional()
    .describe("embeddings for the comparison methods that read texts")
    .meta({ absent: "those of the run, if any" }),
  ...termSettings.shape,
  memoryMiB: z
    .number()
    .positive()
    .default(256)
    .describe("memory for the scores of one block of users, at most")
    .meta({ unit: "MiB" }),
  ...workplaceSettings.shape,
  ...placeSettings.shape,
});
