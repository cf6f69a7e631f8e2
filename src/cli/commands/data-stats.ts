import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import type { DatasetStatistics } from "../../data/index.ts";
import { TABLE_FORMATS, type TableFormat } from "../../pipeline/tables/settings.ts";
import { type CommandOutput, defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const dataStatsCommand = defineCommand({
  path: ["data", "stats"],
  summary: "print the figures of datasets",
  description:
    "Prints users, items, interactions, density, sequence lengths, cold targets and how full the catalogue is. Several datasets stand side by side in one table. --latex, or another --format, draws the rows that papers print: users, items, interactions and density (the paper's table 5).",
  examples: [
    "isrf data stats shop",
    "isrf data stats toys beauty sports --latex",
    "isrf data stats beauty sports --format csv",
  ],
  arguments: [{ name: "dir", description: "dataset directories", required: true, variadic: true }],
  options: z.object({
    format: z
      .enum(TABLE_FORMATS)
      .default("text")
      .describe("draw the table in this format; text has all figures, the others those that papers print"),
    latex: z.boolean().default(false).describe("the same as --format latex"),
  }),
  async run({ arguments: { dir }, options }, { report, typed }): Promise<CommandOutput> {
    if (options.latex && options.format !== "latex" && typed.has("latex") && typed.has("format"))
      throw new UsageError(`--latex and --format ${options.format} name two formats: leave one of them out.`);
    const { datasetStatistics, openDataset } = await import("../../data/index.ts");
    const shops: Shop[] = [];
    for (const directory of dir) {
      const dataset = await openDataset(directory, report);
      const statistics = datasetStatistics(dataset);
      shops.push({ name: dataset.manifest.name, hash: dataset.hash, statistics });
    }
    const [first, ...more] = shops.map(({ name, hash, statistics }) => ({ name, hash, ...statistics }));
    const json = more.length === 0 ? first : [first, ...more];
    const format = options.latex ? "latex" : options.format;
    return { json, text: await textOf(shops, format), isData: format !== "text" };
  },
});

interface Shop {
  readonly name: string;
  readonly hash: string;
  readonly statistics: DatasetStatistics;
}

async function textOf(shops: readonly Shop[], format: TableFormat): Promise<string> {
  if (format === "text" && shops.length === 1) return alone(shops[0]!);
  const { drawTable, wholeCell } = await import("../../pipeline/tables/index.ts");
  const head = ["", ...shops.map(({ name }) => (format === "csv" ? name : printable(name)))];
  const title = "Statistics of the datasets";
  if (format !== "text") {
    const row = (label: string, of: (statistics: DatasetStatistics) => number) => [
      label,
      ...shops.map(({ statistics }) => wholeCell(of(statistics))),
    ];
    const density = shops.map(({ statistics: { densityPercent: value } }) => ({ value, text: value.toFixed(4) }));
    const counts = [
      row("#Users", ({ users }) => users),
      row("#Items", ({ items }) => items),
      row("#Interactions", ({ interactions }) => interactions),
    ];
    return drawTable({ title, head, rows: [...counts, ["Density (%)", ...density]] }, format);
  }
  const columns = shops.map(({ statistics }) => rows(statistics));
  return drawTable(
    { title, head, rows: columns[0]!.map(([label], i) => [label, ...columns.map((of) => of[i]![1])]) },
    format,
  );
}

async function alone({ name, statistics }: Shop): Promise<string> {
  const { splitFigures } = await import("../split-text.ts");
  const figures = [...rows(statistics), ...(statistics.split === undefined ? [] : splitFigures(statistics.split))];
  const lines = figures.map(([label, value]) => `${label.padEnd(36)}${value}`);
  return [printable(name), ...lines].join("\n");
}
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
    ["sentences of reviews", figures.explanations === undefined ? "none" : whole(figures.explanations.sentences)],
  ];
}
