// Settings of recommendations, with their words and defaults.
import { z } from "zod";
import { shardSettings } from "../../jobs/settings.ts";
import { filterSettings, placeSettings, termSettings } from "../../runs/settings.ts";
import { workplaceSettings } from "../work/settings.ts";

const ids = z.array(z.string()).readonly().optional();

/** What is asked for each person alike. */
const listSettings = z.object({
  top: z.number().int().min(1).default(10).describe("length of the list").meta({ unit: "items" }),
  task: z
    .enum(["sequential", "direct"])
    .default("sequential")
    .describe("sequential asks what comes next out of the whole catalogue, direct which of the candidates"),
  candidates: ids
    .describe("direct: choose among these item ids, with commas between")
    .meta({ value: "ITEMS", absent: "100 unseen items, drawn by the run's seed" }),
  model: z
    .string()
    .optional()
    .describe("answer by this system that needs no training, such as item-knn, in place of the run's model")
    .meta({ value: "NAME", absent: "the run's model" }),
  newUser: z
    .boolean()
    .default(false)
    .describe("take a user id that the dataset lacks for somebody new, even where it is near to a known one"),
  ...filterSettings.shape,
  ...termSettings.shape,
});

/** Of one person. */
const historySettings = z.object({
  history: ids
    .describe("item ids, oldest first, that stand for what the dataset holds of the user; alone, of somebody new")
    .meta({ value: "ITEMS" }),
  add: ids.describe("item ids, oldest first, that came after what the dataset holds").meta({ value: "ITEMS" }),
});

export const recommendSettings = z.object({
  user: z.string().optional().describe("user id as in the imported data").meta({ value: "ID" }),
  ...historySettings.shape,
  ...listSettings.shape,
  ...placeSettings.shape,
});

/** Who is asked about. */
const peopleSettings = z.object({
  user: ids.describe("user id as in the imported data").meta({ value: "ID" }),
  usersFile: z
    .string()
    .optional()
    .describe("answer the users of this file: ids one a line, or a column of a table (CSV, JSON lines, Parquet)")
    .meta({ value: "FILE" }),
  usersColumn: z
    .string()
    .optional()
    .describe("column of --users-file that holds the ids")
    .meta({ value: "COL", absent: "recognised by its name" }),
  allUsers: z.boolean().default(false).describe("answer every user of the run"),
});

export const recommendEachSettings = z.object({
  ...peopleSettings.shape,
  ...listSettings.shape,
  ...placeSettings.shape,
});

export const FILE_FORMATS = ["csv", "jsonl", "parquet"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Where answers of many go. */
const fileSettings = z.object({
  out: z
    .string()
    .optional()
    .describe("write the answers into this file, or into this object: s3://bucket/key")
    .meta({ value: "FILE" }),
  overwrite: z.boolean().default(false).describe("replace --out, and what a stopped command left beside it"),
  partSeconds: z
    .number()
    .min(0)
    .default(10)
    .describe("with --out: keep what is answered at least this often, so that a kill costs no more")
    .meta({ unit: "seconds" }),
});

export const recommendToFileSettings = z.object({
  ...recommendEachSettings.shape,
  ...fileSettings.shape,
  ...workplaceSettings.shape,
  ...shardSettings.shape,
  out: z.string(),
  format: z.enum(FILE_FORMATS).optional(),
});

/** What the command line takes. */
export const recommendCommandSettings = z.object({
  ...peopleSettings.shape,
  ...historySettings.shape,
  ...listSettings.shape,
  format: z
    .enum(["table", ...FILE_FORMATS])
    .optional()
    .describe("table for people; csv: a row a recommendation; jsonl: a line a user; parquet needs --out")
    .meta({ absent: "by the ending of --out, else table" }),
  ...fileSettings.shape,
  ...workplaceSettings.shape,
  ...shardSettings.shape,
  ...placeSettings.shape,
});
