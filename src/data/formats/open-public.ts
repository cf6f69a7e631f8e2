// One table of a public data set, made of its files.
import type { DuckDBConnection } from "@duckdb/node-api";
import { derivedTable } from "../sources/derived-table.ts";
import type { FormOptions } from "../sources/dialect-options.ts";
import { type Encoding, encodingNamed } from "../sources/encodings.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { FileForm, TableForm } from "./public-format.ts";
import type { FoundFiles } from "./recognise.ts";

/** Opens one file as its form says. */
export type OpenFile = (path: string, form: FileForm) => Promise<TableSource>;

/** @throws InputError for files that cannot be read. */
export async function openPublic(
  database: DuckDBConnection,
  table: TableForm,
  files: FoundFiles,
  open: OpenFile,
): Promise<TableSource> {
  const sources: Record<string, TableSource> = {};
  for (const [key, path] of Object.entries(files)) sources[key] = await open(path, table.files[key]!);
  const all = Object.values(sources) as [TableSource, ...TableSource[]];
  const { made } = table;
  if (made === undefined) return all[0];
  const tables = Object.fromEntries(Object.entries(sources).map(([key, source]) => [key, source.sql()]));
  return derivedTable(database, all, made.columns, `(${made.sql(tables)})`);
}

/** A form as the options that say the same of one file, but for its encoding. */
export function formOptions({ delimiter, quote, columns }: FileForm): FormOptions {
  const list = (value: string | undefined) => (value === undefined ? undefined : [value]);
  return {
    delimiter: list(delimiter),
    quote: list(quote),
    columns: list(columns?.join(",")),
    header: columns === undefined ? undefined : false,
  };
}

/** The encoding of the file where it is not UTF-8. */
export function legacyEncoding({ encoding }: FileForm): Encoding | undefined {
  return encoding === undefined ? undefined : encodingNamed(encoding, "--encoding");
}
