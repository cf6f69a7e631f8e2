// Settings of helpers of a training, with their words.
import { z } from "zod";
import { DEVICES } from "../../engine/session/device.ts";
import { threads } from "../../runs/settings.ts";

/** What a training is told of them. */
export const crewSettings = z.object({
  helpers: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("start so many further processes here that compute parts of each batch; needs --set accumulate=N")
    .meta({ unit: "processes" }),
  helpersAt: z
    .string()
    .optional()
    .describe(
      "let helpers of other machines (isrf train-helper) join at this address; both sides need the same ISRF_HELPER_TOKEN",
    )
    .meta({ value: "HOST:PORT", absent: "this machine alone" }),
});

/** What a helper is told. */
export const helperSettings = z.object({
  device: z.enum(DEVICES).default("cpu").describe("compute on this device"),
  threads,
});
