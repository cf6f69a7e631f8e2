// The runs that are served, what was measured on them, and changing one for another.
import { z } from "zod";

const value = z.object({ value: z.number(), low: z.number().optional(), high: z.number().optional() });

export const runSummarySchema = z
  .object({
    name: z.string(),
    directory: z.string(),
    system: z.string(),
    preset: z.string(),
    trainedAt: z.string(),
    dataset: z.object({ name: z.string(), hash: z.string() }),
    counts: z.object({
      users: z.number().int(),
      items: z.number().int(),
      interactions: z.number().int(),
      addedItems: z.number().int(),
    }),
    modelVersion: z.string(),
    isDefault: z.boolean(),
    share: z.number().optional().describe("Part of the users in an A/B split, from 0 to 1."),
    freshness: z.object({
      lastTrainingAt: z.string(),
      lastDataAt: z.string().optional().describe("Newest interaction of the data, where times are known."),
      eventsSince: z
        .number()
        .int()
        .describe("Events that no training has seen; counted seconds ago, longer ago where there are very many."),
    }),
    metrics: z
      .record(z.string(), z.record(z.string(), value))
      .optional()
      .describe("Question set -> metric -> value with interval, as `isrf evaluate` stored them."),
    measuredOn: z
      .object({
        split: z
          .enum(["valid", "test"])
          .describe("valid: settings, checkpoint and weights were chosen on these items; no test figures."),
        users: z.object({ evaluated: z.number().int(), total: z.number().int() }).describe("How many were asked for."),
      })
      .optional()
      .describe("Whose held-out items `metrics` and `evaluation` are of."),
    terms: z.array(z.string()).optional().describe("Named terms of its scores, in the order of the model."),
    tasks: z.array(z.enum(["sequential", "direct"])),
    takesNewItems: z.boolean(),
    status: z.enum(["ready", "gone"]).describe("gone: its files were removed; it answers from memory."),
  })
  .meta({ id: "RunSummary" });

export const runsSchema = z.object({ runs: z.array(runSummarySchema) });

export const runSchema = runSummarySchema
  .extend({
    options: z.record(z.string(), z.unknown()).describe("As it was trained."),
    evaluation: z
      .array(
        z.object({
          questions: z.string(),
          systems: z.array(z.object({ name: z.string(), metrics: z.record(z.string(), value) })),
        }),
      )
      .optional()
      .describe("Systems side by side, by question set."),
    weights: z
      .array(z.object({ term: z.string(), weight: z.number() }))
      .optional()
      .describe("What the model learnt to make of its terms, where that is one number each."),
    inBrowser: z
      .object({
        bytes: z
          .number()
          .int()
          .optional()
          .describe("Of what a browser loads of the export; absent where there is none."),
        runtime: z.string().optional().describe("Version of onnxruntime-web beside the server, where it is installed."),
        todo: z.array(z.string()).describe("Commands that make what is missing."),
      })
      .optional()
      .describe("The run as a model for browsers, which docs/in-the-browser.md tells of; absent for other systems."),
  })
  .meta({ id: "Run" });

export const curvesSchema = z.object({
  series: z.array(
    z.object({
      name: z.string(),
      points: z.array(z.object({ step: z.number(), epoch: z.number().optional(), value: z.number() })),
    }),
  ),
  running: z.boolean().describe("Whether a training writes there now."),
});

export const swapSchema = z.strictObject({
  directory: z.string().min(1).max(4096).describe("A run directory on the server's machine."),
});

export const swappedSchema = z.object({
  name: z.string(),
  before: z.object({ directory: z.string(), modelVersion: z.string() }),
  now: z.object({ directory: z.string(), modelVersion: z.string() }),
});

export type RunSummary = z.output<typeof runSummarySchema>;
export type Run = z.output<typeof runSchema>;
export type Curves = z.output<typeof curvesSchema>;
export type Swapped = z.output<typeof swappedSchema>;
