// Several files read as one table, in the order in which they are named: exports of one kind, a month or a part each.
import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { sha256File } from "../../base/files.ts";
import { identifier, readRows } from "../duckdb.ts";
import type { NamedFile } from "./named-files.ts";
import { openTable } from "./open-table.ts";
import { isNumbered, type OpenOptions, type Place, type TableSource } from "./table-source.ts";

/** How files are opened that somebody else reads, and what is known of their bytes. */
export interface Ways {
  readonly open?: (database: DuckDBConnection, file: NamedFile, options: OpenOptions) => Promise<TableSource>;
  readonly marks?: (file: NamedFile) => { readonly bytes: number; readonly sha256: string } | undefined;
}

const openNamed: NonNullable<Ways["open"]> = (database, { path, name }, options) =>
  openTable(database, path, { ...options, name });

/**
 * @param ignored columns that need not be in every file
 * @throws InputError for files that cannot be read, and for columns that only some of them have
 */
export async function openTables(
  database: DuckDBConnection,
  files: readonly NamedFile[],
  options: OpenOptions,
  ignored: readonly string[] = [],
  { open = openNamed, marks = () => undefined }: Ways = {},
): Promise<TableSource> {
  const sources: TableSource[] = [];
  for (const file of files) sources.push(await open(database, file, options));
  const [first, ...others] = sources as [TableSource, ...TableSource[]];
  if (others.length === 0) return first;
  const names = others.map((other) => namesIn(first, other, ignored));
  const columns = first.columns.filter((column) => names.every((own) => own.has(column)));
  const parts = sources.map((source, k): Part => ({ source, own: (column) => names[k - 1]?.get(column) ?? column }));
  const selected = parts.map(({ source, own }) => (typed?: boolean) => {
    const cells = columns.map((column) => `${identifier(own(column))} AS ${identifier(column)}`);
    return `SELECT ${cells.join(", ")} FROM ${source.sql(typed)}`;
  });
  return {
    ...first,
    files: sources.flatMap((source) => source.files),
    name: sources.map(({ name }) => name).join(", "),
    columns,
    positions: first.positions?.map(({ written, name }) => ({
      written,
      name: name !== undefined && columns.includes(name) ? name : undefined,
    })),
    ...listsOf(parts, columns),
    sql: (typed) => `(${selected.map((select) => select(typed)).join(" UNION ALL ")})`,
    read: (query) => sources.reduceRight<typeof query>((inner, source) => () => source.read(inner), query)(),
    place: placeIn(database, sources),
    omissions: sources.flatMap(({ omissions }) => omissions ?? []),
    form: {
      format: first.form.format,
      notes: notesOf(sources),
      warnings: [...sources.flatMap(({ form }) => form.warnings ?? []), ...(await copies(files, marks))],
    },
  };
}

/** One of the files, and what it calls a column. */
interface Part {
  readonly source: TableSource;
  readonly own: (column: string) => string;
}

/** A column that is a list in one of the files is one in all: where it is a value, it is a list of that. */
function listsOf(parts: readonly Part[], columns: readonly string[]): Pick<TableSource, "lists" | "listed"> {
  if (parts.some(({ source }) => source.listed === undefined)) return { lists: undefined, listed: undefined };
  const found = columns.map((column) => {
    const lists = parts.map(({ source, own }) => source.lists?.get(own(column)));
    return [column, lists.find((list) => list !== undefined)] as const;
  });
  const lists = new Map(found.flatMap(([column, list]) => (list === undefined ? [] : [[column, list] as const])));
  const listed: TableSource["listed"] = (names, take) => {
    const selects = parts.map(({ source, own }) => {
      const cells = names.map((name) => {
        const cell = identifier(own(name));
        const isAlone = take === "all" && lists.has(name) && source.lists?.has(own(name)) !== true;
        return `${isAlone ? `CASE WHEN ${cell} IS NOT NULL THEN [${cell}] END` : cell} AS ${identifier(name)}`;
      });
      return `SELECT ${cells.join(", ")} FROM ${source.listed!(names.map(own), take)}`;
    });
    return `(${selects.join(" UNION ALL ")})`;
  };
  return { lists, listed };
}

/** Column of the first file -> that of another one. */
function namesIn(first: TableSource, other: TableSource, ignored: readonly string[]): Map<string, string> {
  if (first.kind !== other.kind) {
    const expected = `a file of the form of ${first.name} (${first.format})`;
    const todo = "Give files of one form together, and import the others apart.";
    throw new InputError({ where: other.name, found: `a ${other.format} file`, expected, todo });
  }
  // The parts of a table that was split: only the first one has the header.
  if (isNumbered(other) && !isNumbered(first) && other.columns.length === first.columns.length) {
    return new Map(first.columns.map((column, k) => [column, other.columns[k]!]));
  }
  const own = new Map(other.columns.map((column) => [column.toLowerCase(), column]));
  const known = new Set(first.columns.map((column) => column.toLowerCase()));
  const isAsked = (column: string) => !ignored.includes(column);
  const missing = first.columns.filter((column) => isAsked(column) && !own.has(column.toLowerCase()));
  const further = other.columns.filter((column) => isAsked(column) && !known.has(column.toLowerCase()));
  if (missing.length + further.length > 0) throw differing(first, other, missing, further);
  return new Map(
    first.columns.flatMap((column) => {
      const name = own.get(column.toLowerCase());
      return name === undefined ? [] : [[column, name] as const];
    }),
  );
}

function differing(
  first: TableSource,
  other: TableSource,
  missing: readonly string[],
  further: readonly string[],
): InputError {
  const lists = [
    ...(missing.length > 0 ? [`${other.name} lacks ${missing.join(", ")}`] : []),
    ...(further.length > 0 ? [`${first.name} lacks ${further.join(", ")}`] : []),
  ];
  const flags = [...missing, ...further].map((column) => `--ignore ${/\s/.test(column) ? `"${column}"` : column}`);
  return new InputError({
    where: other.name,
    found: "other columns than in the files before it",
    expected: `the same columns in any order; ${lists.join(", and ")}`,
    todo: `Mend the headers, or leave these columns aside (${flags.slice(0, 5).join(" ")}).`,
  });
}

function placeIn(database: DuckDBConnection, sources: readonly TableSource[]): (ordinal: number) => Promise<Place> {
  let counted: Promise<number[]> | undefined;
  const count = async () => {
    const counts: number[] = [];
    for (const { sql } of sources)
      counts.push(Number((await readRows(database, `SELECT count(*) FROM ${sql()}`))[0]![0]));
    return counts;
  };
  return async (ordinal) => {
    counted ??= count();
    let left = ordinal;
    for (const [k, size] of (await counted).entries()) {
      if (left < size) return sources[k]!.place(left);
      left -= size;
    }
    return { where: sources.at(-1)!.name };
  };
}

function notesOf(sources: readonly TableSource[]): string[] {
  const all = sources.map(({ form }) => form.notes.join(" "));
  const isSame = all.every((notes) => notes === all[0]);
  const read = `${sources.length} files were read as one table: ${sources.map(({ name }) => name).join(", ")}.`;
  const own = sources.flatMap(({ name, form }) => form.notes.map((note) => `${name}: ${note}`));
  return [read, ...(isSame ? sources[0]!.form.notes : own)];
}

/** Files that hold the very same bytes: the same export under two names. */
async function copies(files: readonly NamedFile[], marks: NonNullable<Ways["marks"]>): Promise<string[]> {
  const sizes = await Promise.all(files.map((file) => marks(file)?.bytes ?? sizeOf(file.path)));
  const hashes = new Map<string, string>();
  const warnings: string[] = [];
  for (const [k, file] of files.entries()) {
    const { path, name } = file;
    if (sizes[k] === undefined || sizes.filter((size) => size === sizes[k]).length < 2) continue;
    const hash = marks(file)?.sha256 ?? (await sha256File(path));
    const before = hashes.get(hash);
    if (before === undefined) hashes.set(hash, name);
    else warnings.push(`${name}: it holds the same as ${before}, byte by byte; both were read.`);
  }
  return warnings;
}

/** Undefined for what is no file here. */
function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
