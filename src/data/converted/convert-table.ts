// From a text file to its cells in Parquet: the dear part of reading it, which another process may do.
import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError, UsageError } from "../../base/errors.ts";
import { sha256File } from "../../base/files.ts";
import { withScratch } from "../../base/scratch.ts";
import { execute, identifier, literal, withDatabase } from "../duckdb.ts";
import { dialectFor } from "../sources/dialect-options.ts";
import type { NamedFile } from "../sources/named-files.ts";
import { openTable } from "../sources/open-table.ts";
import { describedTypes } from "../sources/reading.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { CellFiles, ConversionForm, ConvertedTable, TableCard } from "./table-card.ts";

export interface ConvertOptions {
  readonly form: ConversionForm;
  /** A path for each file of cells. */
  readonly place: (name: keyof CellFiles) => string;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file that is no text, or that an import would refuse or ask about: why, in its words. */
export interface RefusedTable {
  readonly refused: string;
}

/**
 * Write the cells of the file.
 * @throws OperationError where that cannot be done here
 */
export async function convertTable(
  file: NamedFile,
  { form, place, threads, signal }: ConvertOptions,
): Promise<ConvertedTable | RefusedTable> {
  const work = async (database: DuckDBConnection): Promise<ConvertedTable | RefusedTable> =>
    withScratch(async (scratch) => {
      if (threads !== undefined) await execute(database, `SET threads TO ${threads}`);
      const { format, records } = form;
      const dialect = dialectFor("interactions", form);
      const source = await openTable(database, file.path, {
        format,
        records,
        dialect,
        scratch,
        name: file.name,
        signal,
      });
      if (source.kind === "parquet") return { refused: `${file.name} is no text` };
      return { card: await cardOf(database, source, file), ...(await writeCells(database, source, place)) };
    });
  try {
    return await withDatabase(work, signal);
  } catch (error) {
    if (error instanceof InputError || error instanceof UsageError) return { refused: error.message };
    throw error;
  }
}

async function cardOf(database: DuckDBConnection, source: TableSource, { path }: NamedFile): Promise<TableCard> {
  const { name, columns, blankLists, positions, lists, nested, form, omissions } = source;
  const typed = source.kind === "json" ? await describedTypes(database, source.sql(true)) : undefined;
  return {
    name,
    kind: source.kind as TableCard["kind"],
    format: source.format as TableCard["format"],
    columns: [...columns],
    blankLists: blankLists && [...blankLists],
    positions: positions?.map((position) => ({ ...position })),
    lists: lists && [...lists].map(([column, list]) => [column, list]),
    nested: nested && [...nested].map(([column, inside]) => [column, [...inside]]),
    types: [...(await source.types())],
    typed: typed && columns.map((column) => typed.get(column)!),
    form: {
      format: form.format as TableCard["format"],
      notes: [...form.notes],
      warnings: form.warnings && [...form.warnings],
    },
    omissions: omissions?.map((omission) => ({ ...omission })),
    bytes: (await stat(path)).size,
    sha256: await sha256File(path),
  };
}

async function writeCells(
  database: DuckDBConnection,
  source: TableSource,
  place: ConvertOptions["place"],
): Promise<CellFiles> {
  const { columns, kind, lists, listed } = source;
  const cells = columns.map((column, k) => `${identifier(column)} AS c${k}`).join(", ");
  const write = async (name: keyof CellFiles, table: string) => {
    const copy = `COPY (SELECT ${cells} FROM ${table}) TO ${literal(place(name))} (FORMAT parquet, COMPRESSION zstd)`;
    await source.read(() => execute(database, copy));
    return place(name);
  };
  return {
    text: await write("text", source.sql()),
    typed: kind === "json" ? await write("typed", source.sql(true)) : undefined,
    listed: listed !== undefined && lists!.size > 0 ? await write("listed", listed(columns, "all")) : undefined,
  };
}
