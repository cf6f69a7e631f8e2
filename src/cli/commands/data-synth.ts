import { z } from "zod";
import { defineCommand } from "../command.ts";
import { datasetSummary } from "../dataset-summary.ts";

export const dataSynthCommand = defineCommand({
  path: ["data", "synth"],
  summary: "make a synthetic shop with planted tastes",
  description:
    "Writes a dataset of a made-up shop: people have individual tastes that their histories show, and group tastes that most histories hide. What was planted stands in truth.json, which training never reads.",
  examples: ["isrf data synth --users 400 --items 240 --seed 7 --out shop"],
  arguments: [],
  options: z.object({
    users: z.number().int().min(20).default(400).describe("people"),
    items: z.number().int().min(60).default(240).describe("products"),
    seed: z.number().int().default(2023).describe("equal options and seed give equal shops"),
    shownShare: z.number().min(0).max(1).default(0.4).describe("share of people whose training shows the group taste"),
    latentShare: z.number().min(0).max(1).default(0.4).describe("share whose group taste is held out only"),
    chainProbability: z.number().min(0).max(1).default(0.5).describe("how often a purchase follows from the last one"),
    out: z.string().describe("dataset directory to write").meta({ value: "DIR" }),
    overwrite: z.boolean().default(false).describe("replace an existing dataset"),
  }),
  async run({ options }, { report, signal }) {
    const { synthesiseShop } = await import("../../data/index.ts");
    return datasetSummary(await synthesiseShop({ ...options, signal }, report));
  },
});
