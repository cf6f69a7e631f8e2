// How a delimited file is laid out: its dialect, what stands above the records, which line names the columns, and which
// columns there are.

import { type Choice, Doubt } from "../../../base/doubt.ts";
import { InputError } from "../../../base/errors.ts";
import type { Dialect } from "./dialect.ts";
import { judgeHeader } from "./header.ts";
import { RecordScanner } from "./record-scanner.ts";

export interface Layout {
  readonly dialect: Dialect;
  /** Records above the first one of data that are none; blank lines do not count. */
  readonly above: number;
  /** The last one of them names the columns. */
  readonly hasHeader: boolean;
  /** Where it stands, from 1. */
  readonly headerLine?: number | undefined;
  /** As they stand in the file, by position; empty for a column without a name. */
  readonly names: readonly string[];
  /** Cells of a whole record. */
  readonly cells: number;
  /** The header, to know it again further down. */
  readonly header: readonly string[];
  readonly notes: readonly string[];
}

export interface LayoutOptions {
  /** Whether the first line names the columns; by default judged from the cells. */
  readonly header?: boolean | undefined;
  /** Names for the columns, instead of those in the file. */
  readonly columns?: readonly string[] | undefined;
  /** Options that speak of this file: `--no-header`, `--columns items=...`. */
  readonly flags: { readonly columns: string; readonly delimiter: string };
  /** Ways to say whether a line of these cells names the columns. */
  readonly headerChoices: (cells: readonly string[]) => readonly Choice[];
}

interface SampleRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Lines of a header's explanation; a table further down is no table with a title. */
const MOST_ABOVE = 40;
const SEPARATOR_LINE = /^"?sep=(.{1,4}?)"?$/i;
/** The line that psql, Markdown and others draw under the header. */
const RULER = /^[\s|+:=-]*-{2,}[\s|+:=-]*$/;
export const isRuler = (text: string): boolean => RULER.test(text);
export const isComment = (text: string): boolean => text.startsWith("#") || text.startsWith("//");

/** The delimiter that Excel's `sep=;` names, in the first line of a text. */
export function separatorLine(sample: string): string | undefined {
  return SEPARATOR_LINE.exec(sample.split(/\r\n?|\n/, 1)[0]!.trim())?.[1];
}

/** @throws InputError for a header that fits no columns, Doubt where nothing tells whether there is one. */
export function layoutOf(name: string, sample: string, dialect: Dialect, options: LayoutOptions): Layout {
  const records = recordsOf(sample, dialect);
  const width = commonest(records.map(({ cells }) => cells.length));
  const skipped = countAbove(records, width, sample);
  const [first, ...rest] = records.slice(skipped);
  if (first === undefined) throw empty(name);
  const rows = rest.filter(({ cells }) => cells.length === width);
  const hasHeader = options.header ?? (first.cells.length !== width || hasNames(name, first, rows, options));
  const above = skipped + (hasHeader ? 1 : 0);
  const header = hasHeader ? first.cells : [];
  const written = hasHeader ? fitNames(name, first, rows, width) : { names: numbers(width), cells: width };
  const notes = [
    ...(skipped > 0
      ? [`${skipped === 1 ? "The first line was" : `The first ${skipped} lines were`} passed over: ${preview(sample)}.`]
      : []),
    ...(hasHeader ? [] : ["The file has no header line: its columns are numbered from 0."]),
  ];
  return {
    dialect,
    above,
    hasHeader,
    headerLine: hasHeader ? first.line : undefined,
    header,
    notes,
    cells: written.cells,
    names: renamed(name, written.names, options),
  };
}

function recordsOf(sample: string, dialect: Dialect): SampleRecord[] {
  const records: SampleRecord[] = [];
  const scanner = new RecordScanner(dialect, "the sample", (record) => {
    if (record.cells === 1 && record.raw().trim() === "") return;
    records.push({ line: record.line, cells: record.texts() });
    return records.length < 2000;
  });
  scanner.push(Buffer.from(sample));
  if (!scanner.isStopped) scanner.finish();
  return records;
}

/** Records above the header, or above the first record of data. */
function countAbove(records: readonly SampleRecord[], width: number, sample: string): number {
  let above = separatorLine(sample) === undefined ? 0 : 1;
  const isTable = ({ cells }: SampleRecord) =>
    cells.length >= Math.max(width - 1, 1) && !(width > 1 && cells.length === 1);
  const start = records.findIndex(
    (record, index) => index >= above && isTable(record) && !isRuler(record.cells.join("|")),
  );
  if (start > above && start <= MOST_ABOVE) above = start;
  // SNAP and others name the columns in the last line of comment.
  const isData = (k: number) => records[k] !== undefined && !isComment(records[k].cells[0]!);
  while (
    records[above] !== undefined &&
    isComment(records[above]!.cells[0]!) &&
    !isData(above + 1) &&
    above < MOST_ABOVE
  )
    above++;
  return above;
}

function hasNames(name: string, first: SampleRecord, rows: readonly SampleRecord[], options: LayoutOptions): boolean {
  if (isComment(first.cells[0]!)) return true;
  const verdict = judgeHeader([first, ...rows].map(({ cells }) => cells));
  if (verdict !== "unclear") return verdict === "yes";
  if (options.columns !== undefined)
    return first.cells.join("\n").toLowerCase() === options.columns.join("\n").toLowerCase();
  throw new Doubt(
    {
      where: name,
      line: first.line,
      found: `"${first.cells.join(", ").slice(0, 100)}"`,
      expected: "a header line, or a record",
    },
    options.headerChoices(first.cells),
    rows
      .slice(0, 3)
      .map(({ cells }) => Object.fromEntries(cells.map((cell, k) => [first.cells[k] ?? String(k), cell]))),
  );
}

/** The names of `cells` columns, where header and records may differ by one cell. */
function fitNames(name: string, first: SampleRecord, rows: readonly SampleRecord[], width: number) {
  const names = first.cells.map((cell, k) => (k === 0 ? cell.replace(/^(#|\/\/)\s*/, "") : cell).trim());
  if (rows.length === 0 || names.length === width) return { names, cells: names.length };
  // A delimiter ends every line of the header, or every record.
  if (names.length === width + 1 && names.at(-1) === "") return { names: names.slice(0, -1), cells: width };
  if (names.length === width - 1 && rows.every(({ cells }) => cells.at(-1) === ""))
    return { names: [...names, ""], cells: width };
  // R writes the names of rows without a name above them.
  if (names.length === width - 1 && rows.every(({ cells }, k) => cells[0] === String(k + 1)))
    return { names: ["", ...names], cells: width };
  throw new InputError({
    where: name,
    line: rows[0]!.line,
    found: `${rows[0]!.cells.length} columns`,
    expected: `${names.length} columns (${names.join(", ")})`,
    todo: "The header and the records below it do not fit: mend the header.",
  });
}

function renamed(name: string, names: readonly string[], { columns, flags }: LayoutOptions): readonly string[] {
  if (columns === undefined) return names;
  if (columns.length === names.length) return columns;
  const expected = `${names.length} names, as the file has ${names.length} columns`;
  throw new InputError({
    where: `${flags.columns} ${columns.join(",")}`,
    found: `${columns.length} names`,
    expected,
    todo: `See the columns with isrf data inspect ${name}.`,
  });
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, k) => String(k));
}

function commonest(counts: readonly number[]): number {
  const seen = new Map<number, number>();
  for (const count of counts) seen.set(count, (seen.get(count) ?? 0) + 1);
  return [...seen].reduce(
    (best, each) => (each[1] > best[1] || (each[1] === best[1] && each[0] > best[0]) ? each : best),
    [0, 0],
  )[0];
}

function preview(sample: string): string {
  const line = sample.split(/\r\n?|\n/, 1)[0]!.trim();
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line);
}

function empty(where: string): InputError {
  return new InputError({
    where,
    found: "no record",
    expected: "a table of interactions or items",
    todo: "Check the file.",
  });
}
