import { splitSettings } from "../../data/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { datasetSummary } from "../dataset-summary.ts";

export const dataSplitCommand = defineCommand({
  path: ["data", "split"],
  summary: "hold out new items, new users or a later time, as a data set of its own",
  description:
    "Writes another directory that reason, embed, train, evaluate and recommend take as any data set. Its training holds nothing of what is held out; its evaluation asks for exactly that, under a fingerprint of its own." +
    "\n--cold-items: the items are drawn uniformly over all that anybody has. Asked is every user whose held-out item is one of them: out of the whole catalogue, among the cold items alone, and among 99 negatives." +
    "\n--cold-users: the users leave training altogether, and are asked for their last item given the items before." +
    "\n--time: users with two items before the time train; each user is asked for the first item from then on. Who had fewer before it is asked as a new user, known by one item.",
  examples: [
    "isrf data split shop --cold-items .1 --out shop-new-items",
    "isrf data split shop --cold-users .1 --out shop-new-users",
    "isrf data split shop --time .8 --out shop-later",
    "isrf data split shop --time 2024-05-01 --out shop-from-may",
  ],
  arguments: [{ name: "dataset", description: "dataset directory", required: true }],
  options: splitSettings,
  async run({ arguments: { dataset: directory }, options }, { report, signal }) {
    const { splitDataset } = await import("../../data/index.ts");
    const { splitFigures } = await import("../split-text.ts");
    const dataset = await splitDataset(directory, exact({ ...options, signal }), report);
    const { json, text } = datasetSummary(dataset);
    const split = dataset.manifest.split!;
    const lines = splitFigures(split).map(([label, words]) => `${label.padEnd(14)}${words}`);
    return { json: { ...json, split }, text: [text, ...lines].join("\n") };
  },
});
