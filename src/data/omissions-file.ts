// The records that an import left out as they do not fit their table, beside the dataset that was made without them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../base/progress.ts";
import type { Omission } from "./sources/table-source.ts";

/** In the dataset's directory. */
const OMISSIONS_FILE = "left-out-records.csv";

/**
 * Says where the records will stand in the dataset `out`.
 * @returns what writes them into its directory, before that moves into place
 */
export function keepOmissions(
  out: string,
  report: Report,
  omissions: readonly Omission[] = [],
): (directory: string) => Promise<void> {
  if (omissions.length === 0) return async () => {};
  const list = join(out, OMISSIONS_FILE);
  report({ kind: "warning", message: `All ${omissions.length} records that were left out stand in ${list}.` });
  return (directory) => writeOmissions(directory, omissions);
}

async function writeOmissions(directory: string, omissions: readonly Omission[]): Promise<void> {
  const cell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`;
  const rows = omissions.map(({ where, line, reason, text }) => [where, line, reason, text].map(cell).join(","));
  await writeFile(join(directory, OMISSIONS_FILE), `${["file,line,reason,record", ...rows].join("\n")}\n`);
}
