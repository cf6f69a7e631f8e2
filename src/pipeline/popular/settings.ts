import { z } from "zod";
import { filterSettings } from "../../runs/settings.ts";

export const popularSettings = z.object({
  top: z.number().int().min(1).default(10).describe("length of the list").meta({ unit: "items" }),
  dataset: z
    .string()
    .optional()
    .describe("of a run: find its dataset here, if it has moved since training")
    .meta({ value: "DIR" }),
  ...filterSettings.shape,
});

export const trendingSettings = z.object({
  ...popularSettings.shape,
  halfLife: z
    .number()
    .positive()
    .default(30)
    .describe("an interaction counts half after so long before the newest one")
    .meta({ unit: "days" }),
});
