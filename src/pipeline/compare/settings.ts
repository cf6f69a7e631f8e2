import { z } from "zod";

export const compareSettings = z.object({
  reference: z
    .string()
    .optional()
    .describe("test every other system against this one")
    .meta({ absent: "that of the first run" }),
  yardsticks: z
    .boolean()
    .default(true)
    .describe("show the untrained methods too, as far as the runs hold them")
    .meta({ off: "show the named runs alone, without the untrained methods" }),
  allowUnequal: z
    .boolean()
    .default(false)
    .describe("show runs that were measured otherwise too, marked and without tests"),
});
