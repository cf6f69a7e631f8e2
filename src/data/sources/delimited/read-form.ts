// From the bytes of a delimited file to how it is to be read; refuses what cannot be read with certainty.
import { InputError } from "../../../base/errors.ts";
import { type DialectOptions, headerChoices } from "../dialect-options.ts";
import type { TableFormat } from "../table-source.ts";
import { readUtf8, type TextFile } from "../text-file.ts";
import { chooseQuoting, type Quoting } from "./choose-quoting.ts";
import { reasonOf } from "./clean-copy.ts";
import { CSV, type Dialect } from "./dialect.ts";
import { type Layout, layoutOf, separatorLine } from "./layout.ts";
import { isSingleQuoted } from "./single-quotes.ts";
import { sniffDelimiter } from "./sniff-delimiter.ts";
import { type BadRecord, type Survey, survey } from "./survey.ts";

const SAMPLE_BYTES = 1 << 18;
const RECBOLE_HEADER = /^[^\t:]+:(token|token_seq|float|float_seq)(\t[^\t:]+:(token|token_seq|float|float_seq))*$/;
/** Column order of the header-less Amazon rating files (`ratings_Beauty.csv`). */
const AMAZON_RATING_COLUMNS = ["user", "item", "rating", "timestamp"];

export interface ReadForm extends Quoting {
  readonly isRecbole: boolean;
}

/** @throws InputError for what is no whole table, Doubt where its form is not clear. */
export async function readForm(
  text: TextFile,
  format: TableFormat,
  options: DialectOptions,
  signal: AbortSignal | undefined,
): Promise<ReadForm> {
  const head = await sampleOf(text, signal);
  const { sample } = head;
  if (sample.trim() === "") {
    const found = sample === "" ? "an empty file" : "an empty first line";
    throw new InputError({
      where: text.name,
      found,
      expected: "a table of interactions or items",
      todo: "Check the file.",
    });
  }
  const isRecbole = format === "recbole" || RECBOLE_HEADER.test(sample.split(/\r?\n/, 1)[0]!);
  const dialect = isRecbole ? { ...CSV, delimiter: "\t", quote: "" } : dialectOf(text.name, head, format, options);
  const layoutFor = (each: Dialect) => layoutWith(text.name, sample, each, format, options, isRecbole);
  const isQuoteKnown = isRecbole || options.quote === "";
  const quoting = isQuoteKnown
    ? await surveyed(text, layoutFor(dialect), signal)
    : await chooseQuoting(text, dialect, layoutFor, options, signal);
  refuse(text, quoting, options);
  return { ...quoting, isRecbole };
}

async function surveyed(text: TextFile, layout: Layout, signal: AbortSignal | undefined): Promise<Quoting> {
  return { layout, survey: await survey(text, layout, signal), warnings: [] };
}

/** The beginning of a text, in whole lines. */
interface Sample {
  readonly sample: string;
  /** Whether more follows; the last line may be in the middle of a record. */
  readonly isCut: boolean;
}

async function sampleOf(text: TextFile, signal: AbortSignal | undefined): Promise<Sample> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readUtf8(text, signal)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > SAMPLE_BYTES) break;
  }
  const bytes = Buffer.concat(chunks);
  if (size <= SAMPLE_BYTES) return { sample: bytes.toString(), isCut: false };
  const end = Math.max(bytes.lastIndexOf(10, SAMPLE_BYTES), bytes.lastIndexOf(13, SAMPLE_BYTES));
  return { sample: bytes.toString("utf8", 0, end === -1 ? bytes.length : end + 1), isCut: true };
}

function dialectOf(name: string, { sample, isCut }: Sample, format: TableFormat, options: DialectOptions): Dialect {
  const separator = separatorLine(sample);
  const body = separator === undefined ? sample : sample.replace(/^[^\r\n]*(\r\n?|\n)/, "");
  const given = options.delimiter ?? separator ?? (format === "tsv" ? "\t" : undefined);
  if (options.delimiter !== undefined && !body.includes(options.delimiter)) {
    const found = `no "${options.delimiter}" in its lines`;
    const todo = `Correct ${options.flag("delimiter", options.delimiter)}, or leave it away.`;
    throw new InputError({ where: name, found, expected: "the delimiter that was named", todo });
  }
  const dialect =
    given === undefined ? (sniffDelimiter(body, isCut) ?? CSV) : { ...CSV, delimiter: given, inRuns: given === " " };
  const quote = options.quote ?? (isSingleQuoted(body, dialect) ? "'" : dialect.quote);
  return { ...dialect, quote };
}

function layoutWith(
  name: string,
  sample: string,
  dialect: Dialect,
  format: TableFormat,
  options: DialectOptions,
  isRecbole: boolean,
): Layout {
  const { header, columns, flag } = options;
  const flags = { columns: flag("columns", "A,B,..."), delimiter: flag("delimiter", "SIGN") };
  const layout = layoutOf(name, sample, dialect, {
    header: isRecbole ? true : header,
    columns,
    flags,
    headerChoices: (cells) => headerChoices(options, cells),
  });
  if (isRecbole) return { ...layout, names: columns ?? recboleNames(name, layout.names) };
  const isAmazon = format === "amazon" && !layout.hasHeader && layout.cells === AMAZON_RATING_COLUMNS.length;
  return isAmazon && columns === undefined ? { ...layout, names: AMAZON_RATING_COLUMNS } : layout;
}

function recboleNames(where: string, names: readonly string[]): string[] {
  if (names.every((name) => name.includes(":"))) return names.map((name) => name.split(":")[0]!.trim());
  const expected = 'RecBole names such as "user_id:token", separated by tabs';
  const todo = "Give the file a first line of column names.";
  throw new InputError({ where, line: 1, found: `the header "${names.join(" ")}"`, expected, todo });
}

function refuse(text: TextFile, { layout, survey: seen }: Quoting, options: DialectOptions): void {
  const where = text.name;
  const expected = `${layout.cells} columns (${layout.names.join(", ").slice(0, 200)})`;
  const bad = seen.bad[0];
  if (bad !== undefined) checkBad(where, bad, seen, layout, expected, options);
  if (seen.cutCell !== undefined) {
    const { line, text: cell, length } = seen.cutCell;
    const found = `a last line that breaks off at "${cell}"`;
    const todo = `Every other line has ${length} characters there and an end: the file was cut short. Fetch it again, or end or remove its last line.`;
    throw new InputError({ where, line, found, expected: "a whole file", todo });
  }
  if (seen.replaced > 0 && options.encoding === undefined) {
    const todo = `Name its encoding with ${options.flag("encoding", "NAME")}.`;
    throw new InputError({
      where,
      found: `${seen.replaced} characters that are not ${text.encoding}`,
      expected: "one encoding in the whole file",
      todo,
    });
  }
}

/** @throws InputError for a table without records. */
export function refuseEmpty(where: string, { layout, survey: seen }: Quoting): void {
  if (seen.kinds.data > 0) return;
  const found = layout.hasHeader ? "a header line and no record" : "no record";
  throw new InputError({ where, found, expected: "a table of interactions or items", todo: "Check the file." });
}

function checkBad(
  where: string,
  bad: BadRecord,
  seen: Survey,
  layout: Layout,
  expected: string,
  options: DialectOptions,
): void {
  const { bad: count, data } = seen.kinds;
  const found = bad.fault === undefined ? `${bad.cells} columns` : reasonOf(bad, layout);
  // A mark that never closes swallows good records: leaving it out would lose them without a word.
  const swallowing = seen.bad.find(({ isManyLines }) => isManyLines);
  if (options.skipBadRows && swallowing === undefined && count <= data) return;
  const others = count === 1 ? "" : ` There are ${count} such records among ${count + data}.`;
  if (swallowing !== undefined) {
    const quoted = `Mend the quotation marks there, or, if they are text in this file, say ${options.flag("quote", "none")}.`;
    const { line } = swallowing;
    const what =
      swallowing.fault === undefined
        ? "a quoted field over several lines, in a record that does not fit"
        : reasonOf(swallowing, layout);
    throw new InputError({ where, line, found: what, expected, todo: `${quoted}${others}` });
  }
  const todo = bad.isCut
    ? "It is the last one: the file was cut short. Fetch it again, or leave such lines out with --skip-bad-rows."
    : options.skipBadRows
      ? `That is more than half of them: the delimiter may be another one; name it with ${options.flag("delimiter", "SIGN")}.`
      : `Mend the line, or leave such lines out with --skip-bad-rows.`;
  throw new InputError({ where, line: bad.line, found, expected, todo: `${todo}${others}` });
}
