import type { Inspection } from "../../data/index.ts";
import { inspectSettings } from "../../data/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { printable } from "../text.ts";
import { cardLines, columnLines } from "../understanding-card.ts";

export const dataInspectCommand = defineCommand({
  path: ["data", "inspect"],
  summary: "show what a file holds and how import would read it",
  description:
    "Reads a CSV, TSV, JSON, Parquet, RecBole or SQLite file, an Excel workbook, a table of PostgreSQL or MySQL, or an https:// or s3:// address as import does, writes nothing, and says what it understood: columns and how sure their meaning is, what is left out, times, the catalogue's join, and what the filters would take away. A catalogue or a file of users may be looked at alone; a P5 directory is shown by its first lines.",
  examples: ["isrf data inspect reviews.jsonl.gz", "isrf data inspect orders.csv --items products.csv --k-core 2"],
  arguments: [{ name: "file", description: "table file or P5 directory", required: true }],
  options: inspectSettings,
  async run({ arguments: { file }, options }, { report, signal }) {
    const { inspectFile } = await import("../../data/index.ts");
    const inspection = await inspectFile(file, exact({ ...options, signal }), report);
    return { json: inspection, text: inspectionText(inspection) };
  },
});

const KIND_WORDS: Readonly<Record<Inspection["kind"], string>> = {
  interactions: "interactions",
  catalogue: "a catalogue",
  users: "a file of users",
  p5: "a P5 directory",
  unknown: "neither interactions, nor a catalogue, nor users",
};

function inspectionText(inspection: Inspection): string {
  const { file, format, kind, columns, rows, understood = {}, refusal, warnings } = inspection;
  return [
    `${printable(file)}: ${format}, ${KIND_WORDS[kind]}`,
    "",
    ...columnLines(columns, true),
    ...missingLines(inspection),
    "",
    ...rows.map((row) => `  ${printable(JSON.stringify(row)).slice(0, 300)}`),
    "",
    ...cardLines(understood),
    ...warnings.map((message) => `warning: ${printable(message)}`),
    ...(refusal === undefined ? [] : [`import would refuse this: ${printable(refusal)}`]),
  ]
    .join("\n")
    .trimEnd();
}

const MISSING_WORDS: Readonly<Record<string, string>> = {
  user: "no user column was found: name it with --user COL",
  item: "no item column was found: name it with --item COL",
  timestamp: "no time column was found, so the order of the file would count: name it with --timestamp COL",
};

function missingLines({ missing }: Inspection): string[] {
  return missing.map((role) => `  ${MISSING_WORDS[role] ?? role}`);
}
