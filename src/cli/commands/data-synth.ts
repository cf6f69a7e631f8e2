import { synthSettings } from "../../data/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { datasetSummary } from "../dataset-summary.ts";

export const dataSynthCommand = defineCommand({
  path: ["data", "synth"],
  summary: "make a synthetic shop with planted tastes",
  description:
    "Writes a dataset of a made-up shop: people have individual tastes that their histories show, and group tastes that most histories hide. What was planted stands in truth.json, which training never reads.",
  examples: ["isrf data synth --users 400 --items 240 --seed 7 --out shop"],
  arguments: [],
  options: synthSettings,
  async run({ options }, { report, signal }) {
    const { synthesiseShop } = await import("../../data/index.ts");
    return datasetSummary(await synthesiseShop(exact({ ...options, signal }), report));
  },
});
