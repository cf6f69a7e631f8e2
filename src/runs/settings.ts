import { z } from "zod";
import { DEVICES } from "../engine/session/device.ts";

/** CPU threads, for whatever computes. */
export const threads = z
  .number()
  .int()
  .min(1)
  .optional()
  .describe("CPU threads to use")
  .meta({ absent: "one per core" });

/** Where a run's dataset lies and where to compute. */
export const placeSettings = z.object({
  dataset: z
    .string()
    .optional()
    .describe(
      "find the dataset here, if it has moved since training; recommend, similar and explain take a later version, too",
    )
    .meta({ value: "DIR" }),
  device: z.enum(DEVICES).optional().describe("compute on this device").meta({ absent: "as trained" }),
  threads,
});

const ids = z.array(z.string()).readonly().optional();

/** Which items may be answered. */
export const filterSettings = z.object({
  only: ids
    .describe(
      "answer items that fit alone, e.g. category=tea, brand=Opal, price=5..20, title~refill or an attribute; repeated for one field: any of them; for several fields: all",
    )
    .meta({ value: "FIELD=VALUE" }),
  not: ids.describe("leave items out that fit, as in --only").meta({ value: "FIELD=VALUE" }),
  exclude: ids.describe("leave these item ids out, with commas between").meta({ value: "ITEMS" }),
  excludeFile: z
    .string()
    .optional()
    .describe("leave the items of this file out: ids one a line, or a column of a table")
    .meta({ value: "FILE" }),
  available: z
    .string()
    .optional()
    .describe("answer items of this file alone, e.g. what is in stock: ids one a line, or a column of a table")
    .meta({ value: "FILE" }),
});

/** Which terms of a score are heard. */
export const termSettings = z.object({
  without: ids
    .describe(
      "answer without these terms of the score, such as neighbours,text; the weights of the others stay as they are",
    )
    .meta({ value: "TERMS" }),
  favourNew: z
    .number()
    .min(0)
    .max(20)
    .default(0)
    .describe("add so much to the score of items that training never saw; 1 makes their odds 2.7 times as high"),
});
