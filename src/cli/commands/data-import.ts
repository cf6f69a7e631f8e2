import { z } from "zod";
import { IMPORT_FORMATS } from "../../data/import-formats.ts";
import { defineCommand } from "../command.ts";
import { datasetSummary } from "../dataset-summary.ts";

const column = (what: string) => z.string().optional().describe(`column of the ${what}; default: recognised by name`);

export const dataImportCommand = defineCommand({
  path: ["data", "import"],
  summary: "read a shop's interactions and catalogue into a dataset",
  description:
    "Reads interactions and, where given, a catalogue; filters; numbers items without looking at held-out positions; draws the candidates of direct recommendation; and writes a dataset directory." +
    " Formats: p5 (a folder with sequential.txt), amazon (review files of 2014 and 2023), recbole (.inter/.item), csv, tsv, jsonl, parquet; all but p5 and parquet plain or .gz.\nOverwriting a dataset also discards the reasoning and embeddings inside it.",
  examples: [
    "isrf data import --dir beauty --out shop",
    "isrf data import --interactions orders.csv --items products.csv --user customer --item sku --timestamp day --out shop",
  ],
  arguments: [],
  options: z.object({
    format: z.enum(IMPORT_FORMATS).default("auto").describe("form of the input; auto looks at names and first lines"),
    dir: z.string().optional().describe("P5 directory").meta({ value: "DIR" }),
    interactions: z.string().optional().describe("file with one interaction a record").meta({ value: "FILE" }),
    items: z.string().optional().describe("catalogue file with one item a record").meta({ value: "FILE" }),
    users: z.string().optional().describe("file with one user a record").meta({ value: "FILE" }),
    user: column("user id").meta({ value: "COL" }),
    item: column("item id").meta({ value: "COL" }),
    timestamp: column("time, a number or a date").meta({ value: "COL" }),
    rating: column("rating").meta({ value: "COL" }),
    itemsId: column("item id in the catalogue file").meta({ value: "COL" }),
    attributes: z
      .array(z.string())
      .optional()
      .describe("further catalogue column to keep as an attribute; one a flag")
      .meta({ value: "COL" }),
    minRating: z.number().optional().describe("drop interactions rated lower"),
    kCore: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe("interactions that every kept user and item has; default 5, for p5 0")
      .meta({ unit: "interactions" }),
    minLength: z
      .number()
      .int()
      .min(3)
      .optional()
      .describe("interactions that every kept user has; default 5, for p5 3")
      .meta({ unit: "interactions" }),
    name: z.string().optional().describe("name of the dataset; default: last part of --out"),
    domain: z.string().optional().describe('what an item is, for prompts; default: "NAME product"'),
    seed: z.number().int().default(2023).describe("seed of the numbering of items that are held out only"),
    out: z.string().describe("dataset directory to write").meta({ value: "DIR" }),
    overwrite: z.boolean().default(false).describe("replace an existing dataset"),
  }),
  async run({ options }, { report, signal }) {
    const { importDataset } = await import("../../data/index.ts");
    return datasetSummary(await importDataset({ ...options, signal }, report));
  },
});
