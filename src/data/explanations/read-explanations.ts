// Review files: who said what about which item. Tables of any form that interactions have (JSON lines, CSV, ...), and
// the one object with arrays "train", "val" and "test" that P5's successors ship.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { sha256File } from "../../base/files.ts";
import { type Scratch, withScratch } from "../../base/scratch.ts";
import { idText } from "../catalogue/id-text.ts";
import { readRows, withDatabase } from "../duckdb.ts";
import type { InputFile } from "../raw-shop.ts";
import { dialectFor, type FormOptions } from "../sources/dialect-options.ts";
import { isElsewhere } from "../sources/elsewhere/address.ts";
import { isPickle, readMagic } from "../sources/file-kind.ts";
import { outlineOf } from "../sources/json/record-scanner.ts";
import { FileNames, type NamedFile } from "../sources/named-files.ts";
import { openTable } from "../sources/open-table.ts";
import type { Place } from "../sources/table-source.ts";
import { readText } from "../sources/text-lines.ts";
import { type ExplanationColumns, explanationColumns } from "./explanation-columns.ts";
import type { SentencePart } from "./sentence-source.ts";

/** A record of a review file, before anything is known of its user and item. */
export interface ToldSentence {
  readonly user: string;
  readonly item: string;
  readonly text: string;
  readonly feature?: string | undefined;
  readonly rating?: number | undefined;
  readonly part?: SentencePart | undefined;
}

export interface ToldSentences {
  readonly records: readonly ToldSentence[];
  readonly files: readonly InputFile[];
  /** What messages call them. */
  readonly name: string;
}

export interface ExplanationFileOptions extends FormOptions {
  readonly explanations: string | readonly string[];
  readonly glob?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What files and columns call the parts of a split. */
const PARTS: Readonly<Record<string, SentencePart>> = {
  train: "train",
  training: "train",
  val: "valid",
  valid: "valid",
  validation: "valid",
  dev: "valid",
  test: "test",
};

/** @throws InputError for files that cannot be read, have no such columns, or name a part that is none. */
export function readExplanations(options: ExplanationFileOptions): Promise<ToldSentences> {
  const { explanations, glob, extensions, signal } = options;
  return withScratch(async (scratch) => {
    const files = await new FileNames({ glob, scratch, extensions, signal }).open(explanations, "--explanations");
    const records = await withDatabase(async (database) => {
      const all: ToldSentence[][] = [];
      for (const file of files) all.push(await readFile({ database, scratch, file, options }));
      return all.flat();
    }, signal);
    const name = files.map((file) => file.name).join(", ");
    refuseHalfSplit(records, name);
    return { records, files: await Promise.all(files.map(inputFile)), name };
  });
}

interface Reading {
  readonly database: DuckDBConnection;
  readonly scratch: Scratch;
  readonly file: NamedFile;
  readonly options: ExplanationFileOptions;
}

async function readFile(reading: Reading): Promise<ToldSentence[]> {
  const { file } = reading;
  // Tables of servers are asked for when they are opened.
  if (isElsewhere(file.path)) return readRecords(reading);
  await refusePickle(file);
  const arrays = await partArrays(file);
  if (arrays === undefined) return readRecords(reading);
  const parts: ToldSentence[][] = [];
  for (const array of arrays) {
    const part = PARTS[array]!;
    parts.push((await readRecords(reading, [array])).map((record) => ({ ...record, part })));
  }
  return parts.flat();
}

/** A pickle is a program, and reading one runs it. @throws InputError that names the form expected instead. */
async function refusePickle({ path, name }: NamedFile): Promise<void> {
  if (!isPickle(await readMagic(path)) && !/\.(pkl|pickle)$/i.test(name)) return;
  throw new InputError({
    where: name,
    found: "a Python pickle, which is a program that runs when it is read; isrf runs none",
    expected:
      'JSON: {"train": [{"user", "item", "explanation", "feature"}], "val": [...], "test": [...]}, or one such object a line',
    todo: `If you trust the file: python -c "import json,pickle,sys; json.dump(pickle.load(open(sys.argv[1],'rb')), open(sys.argv[2],'w'))" ${name} explanation.json`,
  });
}

/** How an object of parts begins. */
const PARTED = /^\ufeff?\s*\{\s*"(?:train|training|val|valid|validation|dev|test)"\s*:\s*\[/;

/**
 * Names of the arrays with records, in the file's order; undefined where the file is no object of parts.
 * @throws InputError for an array beside them that is none.
 */
async function partArrays({ path, name }: NamedFile): Promise<readonly string[] | undefined> {
  for await (const chunk of readText(path)) {
    if (PARTED.test(chunk.slice(0, 4096))) break;
    return undefined;
  }
  const { arrays } = await outlineOf(readText(path), name);
  const names = arrays.map((array) => array.path.join("."));
  const other = names.find((array) => !Object.hasOwn(PARTS, array));
  if (other !== undefined) throw noPart(name, `an array "${other}" beside those of a split`);
  return names;
}

async function readRecords({ database, scratch, file, options }: Reading, records?: string[]): Promise<ToldSentence[]> {
  const dialect = dialectFor("explanations", options);
  const { signal } = options;
  const opened = { format: "auto", scratch, dialect, name: file.name, records, signal } as const;
  const source = await openTable(database, file.path, opened);
  const columns = explanationColumns(source);
  const cells = [
    idText(source, columns.user),
    idText(source, columns.item),
    ...[columns.sentence, columns.feature, columns.rating, columns.part].map((name) =>
      name === undefined ? "NULL" : idText(source, name),
    ),
  ];
  const select = cells.map((cell, k) => `${cell} AS c${k}`).join(", ");
  const rows = await source.read(() => readRows(database, `SELECT ${select} FROM ${source.sql(true)} t`));
  return Promise.all(rows.map((row, ordinal) => recordOf(row, columns, () => source.place(ordinal))));
}

async function recordOf(
  row: readonly unknown[],
  columns: ExplanationColumns,
  place: () => Promise<Place>,
): Promise<ToldSentence> {
  const [user, item, text, feature, rating, part] = row.map(textOf);
  const stars = rating === "" ? Number.NaN : Number(rating);
  const record = {
    user: user!,
    item: item!,
    text: text!,
    feature: feature || undefined,
    rating: Number.isNaN(stars) ? undefined : stars,
  };
  if (columns.part === undefined) return record;
  const known = Object.hasOwn(PARTS, part!.toLowerCase()) ? PARTS[part!.toLowerCase()] : undefined;
  if (known !== undefined) return { ...record, part: known };
  const { where, line } = await place();
  throw noPart(where, `"${part}" in "${columns.part}"`, line);
}

/** Without the blanks around it, line ends and further blanks inside as one. */
const textOf = (cell: unknown): string =>
  cell === null || cell === undefined ? "" : String(cell).replace(/\s+/g, " ").trim();

function noPart(where: string, found: string, line?: number): InputError {
  const expected = "the part of a split: train, val (or valid) or test";
  const todo = "Name each record's part so, or leave the column out: then the protocol says what is learnt.";
  return new InputError({ where, line, found, expected, todo });
}

function refuseHalfSplit(records: readonly ToldSentence[], where: string): void {
  const parted = records.filter(({ part }) => part !== undefined).length;
  if (parted === 0 || parted === records.length) return;
  throw noPart(
    where,
    `${records.length - parted} of ${records.length} records without a part, and the others with one`,
  );
}

/** What came through a pipe or over the network is gone when the manifest is written. */
async function inputFile({ path, name }: NamedFile): Promise<InputFile> {
  return path === name ? path : { file: name, sha256: await sha256File(path) };
}
