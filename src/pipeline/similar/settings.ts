import { z } from "zod";
import { filterSettings, placeSettings } from "../../runs/settings.ts";

export const SIMILARITIES = ["model", "co-occurrence", "texts"] as const;
export type Similarity = (typeof SIMILARITIES)[number];

export const similarSettings = z.object({
  item: z
    .array(z.string())
    .readonly()
    .describe("item id as in the imported data; several with commas between")
    .meta({ value: "ID" }),
  top: z.number().int().min(1).default(10).describe("length of the list").meta({ unit: "items" }),
  by: z
    .enum(SIMILARITIES)
    .optional()
    .describe("model: vectors that the model learnt; co-occurrence: who bought both; texts: vectors of the texts")
    .meta({ absent: "model where it has vectors, else co-occurrence" }),
  ...filterSettings.shape,
  ...placeSettings.shape,
});
