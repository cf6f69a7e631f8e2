import { z } from "zod";
import { DEVICES } from "../engine/session/device.ts";

/** CPU threads, for whatever computes. */
export const threads = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe("CPU threads to use")
  .meta({ absent: "one per core" });

/** Where a run's dataset lies and where to compute. */
export const placeSettings = z.object({
  dataset: z
    .string()
    .optional()
    .describe("find the dataset here, if it has moved since training")
    .meta({ value: "DIR" }),
  device: z.enum(DEVICES).optional().describe("compute on this device").meta({ absent: "as trained" }),
  threads,
});
