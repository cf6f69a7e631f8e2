// Settings of a recommendation, with their words and defaults.
import { z } from "zod";
import { placeSettings } from "../runs/settings.ts";

const ids = z.array(z.string()).readonly().optional();

export const recommendSettings = z.object({
  user: z.string().describe("user id as in the imported data").meta({ value: "ID" }),
  top: z.number().int().min(1).default(10).describe("length of the list").meta({ unit: "items" }),
  task: z
    .enum(["sequential", "direct"])
    .default("sequential")
    .describe("sequential asks what comes next out of the whole catalogue, direct which of the candidates"),
  candidates: ids
    .describe("direct: choose among these item ids, with commas between")
    .meta({ value: "ITEMS", absent: "100 unseen items, drawn by the run's seed" }),
  history: ids.describe("item ids, oldest first, of a user whom the run does not know").meta({ value: "ITEMS" }),
  ...placeSettings.shape,
});
