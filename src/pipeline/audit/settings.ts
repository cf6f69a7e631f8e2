import { z } from "zod";
import { placeSettings } from "../../runs/settings.ts";

export const auditSettings = z.object({
  users: z
    .number()
    .int()
    .min(1)
    .default(500)
    .describe("ask a fixed random sample of so many users")
    .meta({ unit: "users" }),
  split: z
    .enum(["valid", "test"])
    .optional()
    .describe("ask for the validation item or the test item of each user")
    .meta({ absent: "as the stored evaluation, else test" }),
  controls: z
    .boolean()
    .default(true)
    .describe("ask the two controls too")
    .meta({ off: "skip the two controls, which ask every question twice more" }),
  ...placeSettings.shape,
});
