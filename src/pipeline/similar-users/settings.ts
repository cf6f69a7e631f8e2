// Settings of the search for similar users, with their words and defaults.
import { z } from "zod";
import { WORK_SEED } from "../../base/seeds.ts";
import { RECALL_SAMPLE, SEARCHES } from "../../embedding/defaults.ts";
import { threads } from "../../runs/settings.ts";
import { trainSettings } from "../train/settings.ts";
import { workplaceSettings } from "../work/settings.ts";

export const similarUsersSettings = z.object({
  embeddings: trainSettings.shape.embeddings.describe("search in the dataset's embeddings of this name"),
  preset: trainSettings.shape.preset.describe(
    "search as trainings of isrf by this preset do, unless --neighbours and --search say otherwise",
  ),
  neighbours: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("find so many similar users of each")
    .meta({ unit: "users", absent: "as the preset: 50 for mini, 100 for paper" }),
  search: z
    .enum(SEARCHES)
    .optional()
    .describe("compare every pair of users (exact), or walk a small-world graph, for millions (approximate)")
    .meta({ absent: "as the preset: exact" }),
  sample: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("approximate: measure recall on so many users, who are searched exactly too")
    .meta({ unit: "users", absent: String(RECALL_SAMPLE) }),
  seed: z
    .number()
    .int()
    .optional()
    .describe("approximate: draw that sample by this seed")
    .meta({ absent: String(WORK_SEED) }),
  ...workplaceSettings.shape,
  threads,
});
