import { stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { type Scratch, withScratch } from "../base/scratch.ts";
import { recogniseCatalogue } from "./columns/catalogue-columns.ts";
import { recogniseInteractions } from "./columns/interaction-columns.ts";
import { readObjects, withDatabase } from "./duckdb.ts";
import { dialectFor, type FormOptions } from "./sources/dialect-options.ts";
import { FileNames, type NamedFile } from "./sources/named-files.ts";
import { openTable } from "./sources/open-table.ts";
import type { TableSource } from "./sources/table-source.ts";
import { readHead } from "./sources/text-lines.ts";
import type { FormFacts } from "./understanding.ts";

const MEANINGS = [
  "user",
  "item",
  "timestamp",
  "rating",
  "title",
  "brand",
  "price",
  "categories",
  "description",
] as const;

export interface Inspection {
  readonly file: string;
  readonly format: "p5" | TableSource["format"];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** How its bytes were read. */
  readonly form?: FormFacts | undefined;
  /** What import would take each column for: `{ user: "reviewerID" }`. */
  readonly mapping: Readonly<Partial<Record<(typeof MEANINGS)[number], string>>>;
  /** The first three records. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Look at a table file (or a P5 directory) without importing it.
 * @throws UsageError when it does not exist, InputError when it cannot be read.
 */
export async function inspectFile(file: string, options: FormOptions = {}): Promise<Inspection> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) return inspectDirectory(file);
  return withScratch((scratch) => inspectTable(file, scratch, options));
}

async function inspectTable(word: string, scratch: Scratch, options: FormOptions): Promise<Inspection> {
  const [{ path, name: file }] = (await new FileNames({ scratch }).open(word, "")) as [NamedFile];
  return withDatabase(async (database) => {
    const dialect = dialectFor("interactions", options);
    const source = await openTable(database, path, { format: "auto", name: file, dialect, scratch });
    const head = `(SELECT * FROM ${source.sql(source.kind !== "delimited")} LIMIT 3)`;
    const rows = await source.read(() => readObjects(database, head));
    const types = await source.types();
    const { columns: found } = await recogniseInteractions(database, source, {});
    const isOfInteractions = found.user !== undefined;
    const { id, ...facts } = isOfInteractions
      ? { ...found.facts, id: found.item }
      : (await recogniseCatalogue(database, source, {})).columns;
    const mapped = { ...(isOfInteractions ? found : undefined), ...facts, item: id } as Record<string, unknown>;
    const mapping = Object.fromEntries(
      MEANINGS.map((meaning) => [meaning, mapped[meaning]]).filter(([, column]) => column),
    );
    const columns = source.columns.map((name) => ({ name, type: types.get(name) ?? "VARCHAR" }));
    return { file, format: source.format, form: source.form, columns, mapping, rows };
  });
}

async function inspectDirectory(directory: string): Promise<Inspection> {
  const file = join(directory, "sequential.txt");
  if (!(await exists(file))) {
    throw new UsageError(`${directory} is a folder without sequential.txt. Name a file or a P5 directory.`);
  }
  const rows = (await readHead(file, 3)).map((line) => {
    const [user, ...items] = line.split(" ");
    return { user, items: items.join(" ") };
  });
  const columns = [
    { name: "user", type: "INTEGER" },
    { name: "items", type: "INTEGER[]" },
  ];
  return { file: directory, format: "p5", columns, mapping: { user: "user", item: "items" }, rows };
}
