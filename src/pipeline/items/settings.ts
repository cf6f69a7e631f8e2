// Settings of items that are added to a run, with their words and defaults.
import { z } from "zod";
import { newItemsSettings } from "../../data/settings.ts";
import { DEVICES } from "../../engine/session/device.ts";
import { placeSettings } from "../../runs/settings.ts";

export const addItemsSettings = z.object({
  ...newItemsSettings.shape,
  skipKnown: z
    .boolean()
    .default(false)
    .describe("pass over items that the run knows already, and count them, instead of refusing the file"),
  llm: z
    .string()
    .optional()
    .describe("let this language model write the texts of the new items, as in `isrf reason --llm`; one call a text")
    .meta({ value: "KIND:MODEL", absent: "rules write them, or nobody where the run reads attributes" }),
  device: z
    .enum(DEVICES)
    .optional()
    .describe("where a transformer wrote the vectors: compute on this device")
    .meta({ absent: "cpu" }),
  dataset: placeSettings.shape.dataset,
});

export const removeItemsSettings = z.object({
  item: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("take this item out again, by its id, with commas between several")
    .meta({ value: "ITEMS" }),
  all: z.boolean().default(false).describe("take all added items out again"),
});
