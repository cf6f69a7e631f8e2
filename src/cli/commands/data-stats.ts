import { z } from "zod";
import type { DatasetStatistics } from "../../data/index.ts";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const dataStatsCommand = defineCommand({
  path: ["data", "stats"],
  summary: "print the figures of a dataset",
  description:
    "Prints users, items, interactions, density, sequence lengths, cold targets and how full the catalogue is.",
  examples: ["isrf data stats shop"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({}),
  async run({ arguments: { dir } }, { report }) {
    const { datasetStatistics, openDataset } = await import("../../data/index.ts");
    const dataset = await openDataset(dir, report);
    const statistics = datasetStatistics(dataset);
    const { splitFigures } = await import("../split-text.ts");
    const figures = [...rows(statistics), ...(statistics.split === undefined ? [] : splitFigures(statistics.split))];
    const lines = figures.map(([label, value]) => `${label.padEnd(36)}${value}`);
    return {
      json: { name: dataset.manifest.name, hash: dataset.hash, ...statistics },
      text: [printable(dataset.manifest.name), ...lines].join("\n"),
    };
  },
});

function rows(figures: DatasetStatistics): [label: string, value: string][] {
  const whole = (value: number) => value.toLocaleString("en");
  const { min, median, mean, max } = figures.sequenceLength;
  const perItem = figures.interactionsPerItem;
  return [
    ["users", whole(figures.users)],
    ["items", whole(figures.items)],
    ["interactions", whole(figures.interactions)],
    ["density", `${figures.densityPercent.toFixed(4)} %`],
    ["sequence min/median/mean/max", `${min} / ${median} / ${mean.toFixed(2)} / ${max}`],
    ["users with 5 interactions", whole(figures.usersWith5)],
    ["users with more than 20", whole(figures.usersWithOver20)],
    ["interactions per item min/mean/max", `${perItem.min} / ${perItem.mean.toFixed(2)} / ${perItem.max}`],
    ["training pairs", whole(figures.trainingEdges)],
    ["cold test targets", whole(figures.coldTestTargets)],
    ["cold validation targets", whole(figures.coldValidTargets)],
    ...Object.entries(figures.itemsWithField).map(([field, count]): [string, string] => {
      return [`items with ${field}`, `${whole(count)} (${((100 * count) / figures.items).toFixed(1)} %)`];
    }),
    ["popularity Gini", figures.popularityGini.toFixed(3)],
  ];
}
