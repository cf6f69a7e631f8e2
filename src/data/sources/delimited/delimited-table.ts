// CSV, TSV, RecBole and their kin. A file in plain UTF-8 and the usual CSV goes to DuckDB as it lies there; any other
// passes once through our own reader into a clean copy.
import type { DuckDBConnection } from "@duckdb/node-api";
import { fileTable, identifier, literal, readRows } from "../../duckdb.ts";
import type { DialectOptions } from "../dialect-options.ts";
import { faultOf, reading } from "../reading.ts";
import { copyPath, type Omission, type OpenOptions, type Place, type TableSource } from "../table-source.ts";
import { readUtf8, type TextFile } from "../text-file.ts";
import { writeCleanCopy } from "./clean-copy.ts";
import { type Dialect, dialectWords } from "./dialect.ts";
import { type FileColumn, fileColumns } from "./file-columns.ts";
import type { Layout } from "./layout.ts";
import { type ReadForm, readForm, refuseEmpty } from "./read-form.ts";
import { CELL, RecordScanner } from "./record-scanner.ts";
import { RecordSorter } from "./record-sorter.ts";
import type { Survey } from "./survey.ts";
import { cellTypes } from "./types.ts";

/** @throws InputError for what is no whole table, Doubt where its form is not clear. */
export async function openDelimited(
  database: DuckDBConnection,
  text: TextFile,
  options: OpenOptions,
  dialect: DialectOptions,
): Promise<TableSource> {
  const { format, signal } = options;
  const form = await readForm(text, format, dialect, signal);
  const { layout, survey } = form;
  const { columns, notes, warnings } = fileColumns(text.name, layout.names, {
    nameless: survey.nameless,
    mayBeIds: dialect.role === "items" || dialect.role === "users",
    flag: dialect.flag("columns", "A,B,..."),
    line: layout.headerLine,
  });
  refuseEmpty(text.name, form);
  const names = columns.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const isDirect = text.isPlain && isUsual(layout, survey);
  const omissions: Omission[] = [];
  const path = isDirect ? text.path : await copyPath(options, "table.csv");
  if (!isDirect) await writeCleanCopy(text, layout, path, (omission) => omissions.push(omission), signal);
  const table = isDirect ? directTable(text, layout, survey) : copiedTable(path, layout, survey);
  const selected = `(SELECT ${columns.flatMap((column, k) => selectionOf(column, k, isDirect && survey.edgeBlanks > 0)).join(", ")} FROM ${table})`;
  const sql = () => selected;
  const readable = { file: text.name, columns: names, signal };
  const read = async <T>(query: () => Promise<T>): Promise<T> => {
    const result = await reading(readable, query);
    const [any] = await readRows(database, "SELECT 1 FROM reject_errors LIMIT 1");
    if (any === undefined) return result;
    const [[message]] = (await readRows(database, "SELECT error_message FROM reject_errors ORDER BY line LIMIT 1")) as [
      [unknown],
    ];
    throw await faultOf(readable, String(message));
  };
  const { isRecbole } = form;
  const name = isRecbole ? "recbole" : layout.dialect.delimiter === "\t" ? "tsv" : "csv";
  return {
    files: [text.path],
    name: text.name,
    kind: "delimited",
    format: name,
    columns: names,
    blankLists: names.filter((_, k) => isRecbole && layout.header[k]!.trim().endsWith(":token_seq")),
    positions: columns,
    sql,
    read,
    place: (ordinal) => placeOf(text, layout, ordinal, signal),
    types: () => read(() => cellTypes(database, names, selected)),
    omissions,
    form: {
      format: name,
      notes: [...text.notes, ...notesOf(form), ...notes],
      warnings: [...text.warnings, ...form.warnings, ...warnings, ...warningsOf(text.name, form)],
    },
  };
}

const BLANKS =
  " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

function selectionOf({ name }: FileColumn, position: number, isTrimmed: boolean): string[] {
  if (name === undefined) return [];
  const cell = isTrimmed ? `nullif(trim(c${position}, ${literal(BLANKS)}), '')` : `c${position}`;
  return [`${cell} AS ${identifier(name)}`];
}

/** What DuckDB reads as we do. */
function isUsual(
  { dialect, above, hasHeader, header, cells }: Layout,
  { kinds, facts, hasMixedLineEnds, firsts }: Survey,
): boolean {
  const { data, bad, "line above the records": lines, "blank line": blank, ...others } = kinds;
  const isSimple =
    dialect.inner === "doubled" &&
    dialect.quote !== "'" &&
    !dialect.inRuns &&
    Buffer.byteLength(dialect.delimiter) <= 4;
  const isWhole = bad === 0 && Object.values(others).every((count) => count === 0) && above === (hasHeader ? 1 : 0);
  const isBlankFree = blank === 0 || (cells > 1 && firsts["blank line"]!.line > 1);
  return (
    isSimple &&
    isWhole &&
    isBlankFree &&
    !hasMixedLineEnds &&
    (facts & CELL.blankBeforeQuote) === 0 &&
    (!hasHeader || header.length === cells)
  );
}

const PLAIN_LINE_BYTES = 1 << 20;

function directTable(text: TextFile, { dialect, hasHeader, cells }: Layout, { longest }: Survey): string {
  return csvTable(text.path, dialect, cells, [
    `header=${hasHeader}`,
    `compression=${literal(text.compression)}`,
    ...(longest > PLAIN_LINE_BYTES ? [`max_line_size=${2 * longest}`] : []),
  ]);
}

function copiedTable(path: string, { cells }: Layout, { longest }: Survey): string {
  const usual = { delimiter: ",", quote: '"' };
  const size = longest > PLAIN_LINE_BYTES ? [`max_line_size=${4 * longest}`] : [];
  return csvTable(path, usual, cells, ["header=false", "compression='none'", ...size]);
}

function csvTable(
  path: string,
  { delimiter, quote }: Pick<Dialect, "delimiter" | "quote">,
  cells: number,
  options: readonly string[],
): string {
  const types = Array.from({ length: cells }, (_, k) => `'c${k}': 'VARCHAR'`).join(", ");
  return fileTable("read_csv", path, [
    `delim=${literal(delimiter)}`,
    `quote=${literal(quote)}`,
    `escape=${literal(quote)}`,
    "auto_detect=false",
    `columns={${types}}`,
    "strict_mode=true",
    "store_rejects=true",
    ...options,
  ]);
}

async function placeOf(
  text: TextFile,
  layout: Layout,
  ordinal: number,
  signal: AbortSignal | undefined,
): Promise<Place> {
  const sorter = new RecordSorter(layout);
  let left = ordinal;
  let found: number | undefined;
  const scanner = new RecordScanner(layout.dialect, text.name, (record) => {
    if (sorter.kindOf(record) !== "data" || left-- > 0) return;
    found = record.line;
    return false;
  });
  for await (const chunk of readUtf8(text, signal)) {
    scanner.push(chunk);
    if (scanner.isStopped) break;
  }
  if (!scanner.isStopped) scanner.finish();
  return { where: text.name, line: found };
}

function notesOf({ layout, survey, isRecbole }: ReadForm): string[] {
  const { kinds, firsts, edgeBlanks } = survey;
  const counted = (kind: "comment" | "footer" | "header repeated" | "ruler", words: string) =>
    kinds[kind] > 0 ? [`Left out: ${words} (${kinds[kind]}, the first in line ${firsts[kind]!.line}).`] : [];
  return [
    ...(isRecbole ? [] : [`Its cells: ${dialectWords(layout.dialect)}.`]),
    ...layout.notes,
    ...counted("header repeated", "the header repeated among the records"),
    ...counted("comment", "comments"),
    ...counted("footer", "a count of rows below the table"),
    ...counted("ruler", "a line drawn in the table"),
    ...(edgeBlanks > 0 ? [`Blanks around cells were taken off, in ${edgeBlanks} records.`] : []),
    ...(survey.hasMixedLineEnds ? ["Its lines end in more than one way."] : []),
    ...(layout.cells === 1
      ? ["Nothing parts its lines into several columns; name the delimiter with --delimiter if something should."]
      : []),
  ];
}

function warningsOf(name: string, { survey: { kinds, firsts, bad } }: ReadForm): string[] {
  const told = Number(/\d+/.exec(firsts.footer?.raw ?? "")?.[0] ?? Number.NaN);
  const isOff = kinds.footer === 1 && told !== kinds.data;
  return [
    ...(isOff
      ? [
          `${name}:${firsts.footer!.line}: the line below the table speaks of ${told} rows, and ${kinds.data} were read.`,
        ]
      : []),
    ...(kinds.bad > 0
      ? [`${name}: ${kinds.bad} records do not fit the columns and were left out, the first in line ${bad[0]!.line}.`]
      : []),
  ];
}
