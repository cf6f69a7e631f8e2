// A comparison drawn as text, Markdown, LaTeX, CSV or JSON.
import Table from "cli-table3";
import { drawTable } from "../tables/index.ts";
import type { TableFormat } from "../tables/settings.ts";
import { texWords } from "../tables/tex.ts";
import type { Comparison } from "./comparison.ts";
import { csvOf } from "./csv.ts";
import { type Grid, type GridCell, gridsOf } from "./grid.ts";
import { sentenceTable } from "./sentences.ts";

export const COMPARISON_FORMATS = ["text", "markdown", "latex", "csv", "json"] as const;
export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number];

const DRAWERS: Readonly<Record<ComparisonFormat, (comparison: Comparison) => string>> = {
  text: (comparison) => tables(comparison, textOf, "text"),
  markdown: (comparison) => tables(comparison, markdownOf, "markdown"),
  latex: (comparison) => tables(comparison, latexOf, "latex"),
  csv: csvOf,
  json: (comparison) => JSON.stringify(comparison, null, 2),
};

/** Without a newline at the end. */
export function formatComparison(comparison: Comparison, format: ComparisonFormat = "text"): string {
  return DRAWERS[format](comparison);
}

function tables(comparison: Comparison, draw: (grid: Grid) => string, format: TableFormat): string {
  const { sentences, split } = comparison;
  const below = sentences === undefined ? [] : [drawTable(sentenceTable(sentences, split), format)];
  return [...gridsOf(comparison).map(draw), ...below].join("\n\n");
}

function textOf({ title, datasets, metrics, rows, gain, notes }: Grid): string {
  const table = new Table({
    head: ["", ...metrics.map((metric, i) => (datasets.length > 1 ? `${datasetAt(datasets, i)}\n${metric}` : metric))],
    colAligns: ["left", ...metrics.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  const draw = ({ text, mark }: GridCell) => `${text}${mark === "best" ? " (1)" : mark === "second" ? " (2)" : ""}`;
  for (const { label, cells } of rows) table.push([label.replaceAll(" + ", "\n+ "), ...cells.map(draw)]);
  if (gain !== undefined) table.push([gain.label, ...gain.cells.map(draw)]);
  return [title, table.toString(), "(1) best, (2) second best", ...notes].join("\n");
}

function datasetAt(datasets: Grid["datasets"], column: number): string {
  return datasets.flatMap(({ name, columns }) => new Array<string>(columns).fill(name))[column]!;
}

function markdownOf({ title, datasets, metrics, rows, gain, notes }: Grid): string {
  const names = metrics.map((metric, i) => (datasets.length > 1 ? `${datasetAt(datasets, i)} ${metric}` : metric));
  const draw = ({ text, mark }: GridCell) =>
    mark === "best" ? `**${text}**` : mark === "second" ? `<u>${text}</u>` : text.replaceAll("*", "\\*");
  const line = (words: readonly string[]) => `| ${words.join(" | ")} |`;
  const lines = [
    line(["", ...names]),
    `|---|${names.map(() => "---:|").join("")}`,
    ...[...rows, ...(gain === undefined ? [] : [gain])].map(({ label, cells }) =>
      line([label.replaceAll("|", "\\|"), ...cells.map(draw)]),
    ),
  ];
  const remarks = notes.map((note) => `- ${note.replaceAll("*", "\\*")}`);
  return [`### ${title}`, "", ...lines, "", "**Best**, <u>second best</u>.", "", ...remarks].join("\n").trimEnd();
}

function latexOf({ title, datasets, metrics, rows, gain, notes }: Grid): string {
  const draw = ({ text, mark }: GridCell) => {
    const plain = texWords(text);
    return mark === "best" ? `\\textbf{${plain}}` : mark === "second" ? `\\underline{${plain}}` : plain;
  };
  const line = (words: readonly string[]) => `${words.join(" & ")} \\\\`;
  const spans = datasets.map(({ name, columns }) => `\\multicolumn{${columns}}{c}{${texWords(name)}}`);
  return [
    "\\begin{table}",
    `\\caption{${texWords(title)}. ${notes.map((note) => `${texWords(note)}.`).join(" ")}}`,
    `\\begin{tabular}{l${"r".repeat(metrics.length)}}`,
    "\\toprule",
    line(["", ...spans]),
    line(["", ...metrics.map(shortName)]),
    "\\midrule",
    ...rows.map(({ label, cells }) => line([texWords(label), ...cells.map(draw)])),
    ...(gain === undefined ? [] : ["\\midrule", line([texWords(gain.label), ...gain.cells.map(draw)])]),
    "\\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
  ].join("\n");
}

/** As the paper heads its columns: H@5, N@10. */
function shortName(metric: string): string {
  return metric.replace(/^HR@/, "H@").replace(/^NDCG@/, "N@");
}
