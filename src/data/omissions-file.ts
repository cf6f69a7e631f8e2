// The records that an import left out as they do not fit their table, beside the dataset that was made without them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Omission } from "./sources/table-source.ts";

/** In the dataset's directory. */
export const OMISSIONS_FILE = "left-out-records.csv";

export async function writeOmissions(directory: string, omissions: readonly Omission[]): Promise<void> {
  const cell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`;
  const rows = omissions.map(({ where, line, reason, text }) => [where, line, reason, text].map(cell).join(","));
  await writeFile(join(directory, OMISSIONS_FILE), `${["file,line,reason,record", ...rows].join("\n")}\n`);
}
