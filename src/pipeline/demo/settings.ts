import { z } from "zod";
import { WORK_SEED } from "../../base/seeds.ts";
import { synthSettings } from "../../data/settings.ts";

export const demoSettings = z.object({
  out: z
    .string()
    .default("isrf-demo")
    .describe("write dataset, run and report into this directory")
    .meta({ value: "DIR" }),
  users: synthSettings.shape.users,
  items: synthSettings.shape.items,
  seed: z.number().int().default(WORK_SEED).describe("draw by this seed; equal options give equal results"),
  epochs: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("train for at most so many epochs")
    .meta({ unit: "epochs", absent: "those of preset tiny" }),
});
