import { formSettings } from "../../data/settings.ts";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const dataInspectCommand = defineCommand({
  path: ["data", "inspect"],
  summary: "show what a file holds and how import would read it",
  description:
    "Sniffs a CSV, TSV, JSON lines, Parquet or RecBole file (plain or .gz) or a P5 directory, and shows its columns with types, the proposed column mapping and the first three records.",
  examples: ["isrf data inspect reviews.jsonl.gz"],
  arguments: [{ name: "file", description: "table file or P5 directory", required: true }],
  options: formSettings,
  async run({ arguments: { file }, options }) {
    const { inspectFile } = await import("../../data/index.ts");
    const inspection = await inspectFile(file, options);
    const meanings = new Map(Object.entries(inspection.mapping).map(([meaning, column]) => [column, meaning]));
    const lines = [
      `${printable(file)}: ${inspection.format}`,
      ...[...(inspection.form?.notes ?? []), ...(inspection.form?.warnings ?? [])].map(
        (note) => `  ${printable(note)}`,
      ),
      "",
      ...inspection.columns.map(({ name, type }) => {
        const meaning = meanings.get(name);
        return `  ${printable(name)}  ${type}${meaning === undefined ? "" : `  -> ${meaning}`}`;
      }),
      "",
      ...inspection.rows.map((row) => `  ${printable(JSON.stringify(row)).slice(0, 300)}`),
    ];
    return { json: inspection, text: lines.join("\n") };
  },
});
