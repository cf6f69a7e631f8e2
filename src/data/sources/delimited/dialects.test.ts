// A random table, written in a random dialect, reads back as it was, or is refused.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import fc from "../../../../test/support/fc.ts";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { InputError } from "../../../base/errors.ts";
import { withScratch } from "../../../base/scratch.ts";
import { identifier, readRows, withDatabase } from "../../duckdb.ts";
import { openTable } from "../open-table.ts";

interface Form {
  readonly delimiter: string;
  readonly quoting: "where needed" | "always" | "backslash" | "single" | "none";
  readonly encoding: "utf-8" | "utf-8 with mark" | "utf-16le with mark" | "utf-16be with mark" | "utf-16le";
  readonly lineEnd: string;
  readonly above: string;
  readonly below: string;
  readonly hasIndex: boolean;
  readonly hasHeader: boolean;
  readonly isGzip: boolean;
  readonly blanks: string;
  readonly hasLastEnd: boolean;
}

const forms: fc.Arbitrary<Form> = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|", "::", "\u0001", "|~|"),
  quoting: fc.constantFrom("where needed", "where needed", "always", "backslash", "single", "none"),
  encoding: fc.constantFrom(
    "utf-8",
    "utf-8",
    "utf-8 with mark",
    "utf-16le with mark",
    "utf-16be with mark",
    "utf-16le",
  ),
  lineEnd: fc.constantFrom("\n", "\n", "\r\n", "\r", "mixed"),
  above: fc.constantFrom("", "", "", "sep", "# made by hand"),
  below: fc.constantFrom("", "", "(COUNT rows)", "\n\n"),
  hasIndex: fc.boolean(),
  hasHeader: fc.constantFrom(true, true, true, false),
  isGzip: fc.constantFrom(false, false, true),
  blanks: fc.constantFrom("", "", "", " "),
  hasLastEnd: fc.constantFrom(true, true, false),
});

const word = fc.stringMatching(/^[A-Za-zé日0-9]([A-Za-zé日0-9 .'"\\,;|:#/-]{0,12}[A-Za-zé日0-9])?$/);
const rows = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 40 }).map((k) => `u${k}`),
    fc.integer({ min: 1, max: 30 }).map((k) => `P${100 + k}`),
    fc.integer({ min: 1, max: 5 }).map(String),
    fc.integer({ min: 1_600_000_000, max: 1_700_000_000 }).map(String),
    word,
  ),
  { minLength: 12, maxLength: 40 },
);
const HEADER = ["user_id", "item_id", "rating", "timestamp", "title"];

function write(table: readonly (readonly string[])[], form: Form): Buffer {
  const { delimiter, blanks } = form;
  const all = form.hasHeader ? [HEADER, ...table] : table;
  const records = all.map((cells, k) => {
    const index = form.hasHeader ? (k === 0 ? "" : String(k - 1)) : String(k);
    const written = (form.hasIndex && form.hasHeader ? [index, ...cells] : cells).map((cell) => quoted(cell, form));
    return written.join(delimiter + (delimiter === "\t" ? "" : blanks));
  });
  const lines = [
    ...(form.above === "" ? [] : [form.above === "sep" ? `sep=${delimiter}` : form.above]),
    ...records,
    ...(form.below === "" ? [] : [form.below.replace("COUNT", String(table.length))]),
  ];
  const ended = lines.map((line, k) => {
    const isLast = k === lines.length - 1 && !form.hasLastEnd;
    return line + (isLast ? "" : form.lineEnd === "mixed" ? (k % 3 === 0 ? "\r\n" : "\n") : form.lineEnd);
  });
  const bytes = encoded(ended.join(""), form.encoding);
  return form.isGzip ? gzipSync(bytes) : bytes;
}

function quoted(cell: string, { quoting, delimiter }: Form): string {
  if (quoting === "none") return cell;
  if (quoting === "single") return `'${cell.replaceAll("'", "''")}'`;
  if (quoting === "backslash") return `"${cell.replaceAll('"', '\\"')}"`;
  const isNeeded = cell.includes(delimiter) || /["\r\n]/.test(cell) || quoting === "always";
  return isNeeded ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function encoded(text: string, encoding: Form["encoding"]): Buffer {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-8 with mark") return Buffer.from(`\uFEFF${text}`);
  const little = Buffer.from(encoding === "utf-16le" ? text : `\uFEFF${text}`, "utf16le");
  return encoding === "utf-16be with mark" ? little.swap16() : little;
}

/** Whether the form can say the cell, and nothing else by the same signs. */
function isWritable(cell: string, { quoting, delimiter }: Form): boolean {
  if (quoting === "none") return !cell.includes(delimiter);
  return quoting !== "backslash" || !cell.includes("\\");
}

async function readBack(path: string): Promise<string[][]> {
  return withScratch((scratch) =>
    withDatabase(async (database) => {
      const source = await openTable(database, path, { format: "auto", scratch });
      const selected = source.columns.map((name) => `coalesce(${identifier(name)}, '')`).join(", ");
      const read = await source.read(() => readRows(database, `SELECT ${selected} FROM ${source.sql()}`));
      return read.map((cells) => cells.map(String));
    }),
  );
}

it("reads a table back as it was, or refuses it", { timeout: 120_000 }, async () => {
  const directory = await temporaryDirectory();
  let read = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(rows, forms, async (table, form) => {
      fc.pre(table.every((cells) => cells.every((cell) => isWritable(cell, form))));
      const path = join(directory, `${runs++}.txt`);
      await writeFile(path, write(table, form));
      const found = await readBack(path).catch((error: unknown) => {
        if (error instanceof InputError) return undefined;
        throw error;
      });
      if (found === undefined) return;
      read++;
      expect(found).toEqual(table);
    }),
    { numRuns: 200 },
  );
  expect(read).toBeGreaterThan(0.6 * runs);
});
