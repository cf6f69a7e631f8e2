// Options that the commands of studies share.
import { z } from "zod";
import { studySettings } from "../pipeline/study/settings.ts";
import type { Assignment } from "./assignments.ts";

export const datasetWords = z
  .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
  .optional()
  .describe("train on these data set directories")
  .meta({ value: "DIR", absent: "a synthetic shop" });

export const estimateSettings = z.object({
  estimate: z.boolean().default(false).describe("print the hours it will take, and train nothing"),
  probe: z
    .boolean()
    .default(true)
    .describe("measure short trainings for the estimate, where nothing is measured yet")
    .meta({ off: "estimate from finished trainings alone, without short probes" }),
});

/** Of studies whose systems follow from one question. */
export const designSettings = studySettings.omit({ trials: true, reference: true }).extend({
  set: z
    .array(z.custom<Assignment>())
    .default([])
    .describe(
      "hold options of the model in question, ISRF where there is none, at these values; a map in a settings file",
    )
    .meta({ value: "KEY=VALUE" }),
  setAll: z
    .array(z.custom<Assignment>())
    .default([])
    .describe("hold these options of every row that has them, rivals too, at these values; a map in a settings file")
    .meta({ value: "KEY=VALUE" }),
  datasets: datasetWords,
  ...estimateSettings.shape,
});
