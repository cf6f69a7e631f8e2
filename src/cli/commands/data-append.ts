import type { AppendResult } from "../../data/index.ts";
import { appendSettings } from "../../data/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { datasetSummary } from "../dataset-summary.ts";

export const dataAppendCommand = defineCommand({
  path: ["data", "append"],
  summary: "add later interactions and catalogue entries to a dataset, as a new version",
  description:
    "Writes what the dataset holds, what its filters had left out, and what the new files say into another directory, with the filters of the dataset: people and products that had too few interactions may come in now. The first of a repeated purchase counts, or what --repeats said of the dataset; what the new files take back goes; a later catalogue entry replaces the fields that it has." +
    "\nThe old directory stays, so that runs trained on it go on answering. Texts about items and users come along and are used again where they still fit; vectors are made anew by `isrf embed`, before `isrf train --from`.",
  examples: ["isrf data append shop --interactions today.csv --items products.csv --out shop-2"],
  arguments: [{ name: "dataset", description: "dataset directory", required: true }],
  options: appendSettings,
  async run({ arguments: { dataset: directory }, options }, { report, signal }) {
    const { appendToDataset } = await import("../../data/index.ts");
    const { dataset, added } = await appendToDataset(directory, exact({ ...options, signal }), report);
    const { json, text } = datasetSummary(dataset);
    return { json: { ...(json as object), added }, text: `${addedText(added)}\n${text}` };
  },
});

function addedText(added: AppendResult["added"]) {
  const { users, items, interactions, repeats, moved, takenBack, changedItems } = added;
  const others = [
    ...(repeats === 0 ? [] : [`${repeats.toLocaleString("en")} were known already`]),
    ...(moved === 0 ? [] : [`${moved.toLocaleString("en")} of them at another time`]),
    ...(takenBack === 0 ? [] : [`${takenBack.toLocaleString("en")} were taken back`]),
  ];
  const known = others.length === 0 ? "" : `; ${others.join(", ")}`;
  const changed = changedItems === 0 ? "" : `, ${changedItems.toLocaleString("en")} changed entries`;
  return `added         ${interactions.toLocaleString("en")} interactions${known}, ${users.toLocaleString("en")} users, ${items.toLocaleString("en")} items${changed}, before filters`;
}
