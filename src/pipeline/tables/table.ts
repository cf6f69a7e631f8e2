// A table of a few rows in the formats that people paste: a terminal, Markdown, LaTeX, CSV.
import Table from "cli-table3";
import { csvRows } from "./csv.ts";
import type { TableFormat } from "./settings.ts";
import { texWords } from "./tex.ts";

/** Words, or a number with the words that people read; CSV has its full value. Undefined where nothing is known. */
export type TableCell = string | { readonly value: number; readonly text: string } | undefined;

export interface PlainTable {
  readonly title: string;
  /** The first column holds names, the others figures. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
  /** Below the table, a line each. */
  readonly notes?: readonly string[] | undefined;
}

const DRAWERS: Readonly<Record<TableFormat, (table: PlainTable) => string>> = {
  text: textOf,
  markdown: markdownOf,
  latex: latexOf,
  csv: csvOf,
};

/** Without a newline at the end. */
export function drawTable(table: PlainTable, format: TableFormat): string {
  return DRAWERS[format](table);
}

/** A whole number as tables write it. */
export function wholeCell(value: number): TableCell {
  return { value, text: value.toLocaleString("en-US") };
}

function words(cell: TableCell): string {
  return cell === undefined ? "" : typeof cell === "string" ? cell : cell.text;
}

function textOf({ title, head, rows, notes = [] }: PlainTable): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? "left" : "right")),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(row.map(words));
  return [title, table.toString(), ...notes].join("\n");
}

function markdownOf({ title, head, rows, notes = [] }: PlainTable): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const remarks = notes.length === 0 ? [] : ["", ...notes.map((note) => `- ${note}`)];
  return [
    `### ${title}`,
    "",
    line(head),
    `|---|${head
      .slice(1)
      .map(() => "---:|")
      .join("")}`,
    ...rows.map((row) => line(row.map(words))),
    ...remarks,
  ].join("\n");
}

function latexOf({ title, head, rows, notes = [] }: PlainTable): string {
  const line = (cells: readonly string[]) => `${cells.map(texWords).join(" & ")} \\\\`;
  return [
    "\\begin{table}",
    `\\caption{${[title, ...notes].map((words) => texWords(words)).join(". ")}}`,
    `\\begin{tabular}{l${"r".repeat(head.length - 1)}}`,
    "\\toprule",
    line(head),
    "\\midrule",
    ...rows.map((row) => line(row.map(words))),
    "\\bottomrule",
    "\\end{tabular}",
    "\\end{table}",
  ].join("\n");
}

function csvOf({ head, rows }: PlainTable): string {
  const full = (cell: TableCell) => (typeof cell === "object" ? cell.value : words(cell));
  return csvRows([head, ...rows.map((row) => row.map(full))]);
}
