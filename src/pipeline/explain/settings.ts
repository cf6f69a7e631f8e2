import { z } from "zod";
import { placeSettings, termSettings } from "../../runs/settings.ts";

const item = z.string().describe("with --generate: the item that the sentence is about").meta({ value: "ID" });

const user = z.string().describe("user id as in the imported data").meta({ value: "ID" });

/** Of `explain`. */
export const explanationSettings = z.object({
  user,
  top: z.number().int().min(1).max(50).default(5).describe("explain so many recommendations").meta({ unit: "items" }),
  favourNew: termSettings.shape.favourNew,
  ...placeSettings.shape,
});

/** Of `writeSentence`. */
export const sentenceSettings = z.object({
  user,
  item,
  leastTokens: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("with --generate: write at least so many tokens before the sentence may end")
    .meta({ unit: "tokens", absent: "as the run's explanationLeast says" }),
  ...placeSettings.shape,
});

/** Of the command, which does either. */
export const explainSettings = z.object({
  user,
  top: explanationSettings.shape.top,
  favourNew: explanationSettings.shape.favourNew,
  item: item.optional(),
  generate: z
    .boolean()
    .default(false)
    .describe("write a sentence on what --item is to the user, by a model that learnt some (tasks three)"),
  leastTokens: sentenceSettings.shape.leastTokens,
  ...placeSettings.shape,
});
