import { z } from "zod";

/** What the star of a gain asks: would it hold for other users, or for other draws of the training? */
export const TESTED_OVER = ["users", "seeds"] as const;
export type TestedOver = (typeof TESTED_OVER)[number];

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
  test: z
    .enum(TESTED_OVER)
    .default("users")
    .describe("star gains by a paired t-test over users, or over training seeds as papers do (two seeds or more)"),
  allowUnequal: z
    .boolean()
    .default(false)
    .describe("show runs that were measured otherwise too, marked and without tests"),
});
