// The records of a file in a form that needs no second thought: UTF-8, commas, doubled quotation marks, LF.
import { open } from "node:fs/promises";
import type { Omission } from "../table-source.ts";
import { readUtf8, type TextFile } from "../text-file.ts";
import type { Layout } from "./layout.ts";
import { type Fault, RecordScanner } from "./record-scanner.ts";
import { RecordSorter } from "./record-sorter.ts";

const FLUSH_CHARS = 1 << 20;

/** Write the records of data to `path`, without a header; tells of bad ones that are left out. */
export async function writeCleanCopy(
  text: TextFile,
  layout: Layout,
  path: string,
  omit: (omission: Omission) => void,
  signal?: AbortSignal,
): Promise<void> {
  const sorter = new RecordSorter(layout);
  let rows: string[] = [];
  let length = 0;
  const scanner = new RecordScanner(layout.dialect, text.name, (record) => {
    const kind = sorter.kindOf(record);
    if (kind === "bad")
      omit({ where: text.name, line: record.line, reason: reasonOf(record, layout), text: record.raw() });
    if (kind !== "data") return;
    const row = rowOf(record);
    rows.push(row);
    length += row.length;
  });
  const file = await open(path, "w");
  try {
    const flush = async () => {
      // All of it: `write` may take a part, as where a disk fills.
      await file.appendFile(rows.join(""));
      [rows, length] = [[], 0];
    };
    for await (const chunk of readUtf8(text, signal)) {
      scanner.push(chunk);
      if (length > FLUSH_CHARS) await flush();
    }
    scanner.finish();
    await flush();
  } finally {
    await file.close();
  }
}

export function reasonOf(
  record: { readonly fault?: Fault | undefined; readonly cells: number },
  layout: Layout,
): string {
  if (record.fault === "open quote") return "a quoted field that never ends";
  if (record.fault === "text after quote") return "text after the closing quotation mark";
  return `${record.cells} columns instead of ${layout.cells}`;
}

function rowOf(record: RecordScanner): string {
  let row = "";
  for (let cell = 0; cell < record.cells; cell++) {
    const text = record.text(cell);
    row += cell === 0 ? "" : ",";
    row += /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""').replace(/\r\n?/g, "\n")}"` : text;
  }
  // A record of one empty cell would be a blank line.
  return row === "" ? '""\n' : `${row}\n`;
}
