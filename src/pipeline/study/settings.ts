// Settings of a study, with their words and defaults; its systems and data sets have a file of their own.
import { z } from "zod";
import { PROTOCOLS } from "../../data/protocols/protocol.ts";
import { DEVICES } from "../../engine/session/device.ts";
import { threads } from "../../runs/settings.ts";
import { compareSettings } from "../compare/settings.ts";
import { workplaceSettings } from "../work/settings.ts";

export const studySettings = z.object({
  ...workplaceSettings.shape,
  out: z
    .string()
    .default("isrf-study")
    .describe("keep the study in this directory; the same command goes on there")
    .meta({ value: "DIR" }),
  seeds: z.array(z.number().int()).readonly().default([1, 2, 3]).describe("train every system with these seeds"),
  trials: z.number().int().min(1).default(2).describe("try so many settings of each system on validation items"),
  preset: z
    .string()
    .optional()
    .describe("preset of the systems that name none")
    .meta({ absent: "mini; tiny without --datasets" }),
  protocol: z
    .enum(PROTOCOLS)
    .default("strict")
    .describe("strict shows training nothing held out; paper does as published code does, leaks included"),
  minutes: z
    .number()
    .min(0)
    .default(0)
    .describe(
      "end the epochs of each training after so long (of ISRF those of its backbone), whatever comes before and after them; 0 leaves it to the options of its system",
    )
    .meta({ unit: "minutes" }),
  embeddings: z
    .string()
    .default("lsa")
    .describe("read each data set's embeddings of this name; lsa is made where missing"),
  users: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("test on a fixed random sample of so many users")
    .meta({ unit: "users", absent: "all" }),
  reference: z.string().optional().describe("test every other system against this one").meta({ absent: "the first" }),
  test: compareSettings.shape.test,
  device: z
    .enum(DEVICES)
    .optional()
    .describe("compute on this device")
    .meta({ absent: "cpu, or where a training was begun" }),
  threads,
  shareGib: z
    .number()
    .min(0)
    .default(4)
    .describe("keep what trainings prepare alike in OUT/shared for the next ones, at most so much; 0 keeps nothing")
    .meta({ unit: "GiB" }),
  shareIn: z
    .string()
    .optional()
    .describe("keep that in this directory, which studies of the same data may share")
    .meta({ value: "DIR", absent: "OUT/shared" }),
  reuse: z
    .array(z.string())
    .optional()
    .describe("take trainings that the study in this directory finished, where they are the same")
    .meta({ value: "DIR", absent: "of rows of this study alone" }),
  maxMinutes: z
    .number()
    .positive()
    .optional()
    .describe("begin no training after so long; what is finished is still evaluated")
    .meta({ unit: "minutes", absent: "no limit" }),
});
