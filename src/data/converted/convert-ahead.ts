// Interactions files whose cells somebody else reads: which ones may be given away, and what came back.
import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type S3FileFacts, S3Files } from "../../objects/index.ts";
import { isElsewhere } from "../sources/elsewhere/address.ts";
import { type FetchOptions, objectPath } from "../sources/elsewhere/s3.ts";
import { isParquet, isSqlite, isWorkbook, readMagic } from "../sources/file-kind.ts";
import type { NamedFile } from "../sources/named-files.ts";
import { openTable } from "../sources/open-table.ts";
import type { OpenOptions, TableSource } from "../sources/table-source.ts";
import { openConverted } from "./open-converted.ts";
import type { ConversionForm, ConvertedTable } from "./table-card.ts";

/** A text file to convert. */
export interface GivenTable {
  /** What messages call it. */
  readonly name: string;
  /** A path, or an address of S3. */
  readonly path: string;
  readonly bytes: number;
  /** Of an object: the service's word for its content. */
  readonly tag?: string | undefined;
}

/**
 * Has files converted, wherever. Undefined: a file that is to be read here, since an import refuses it or asks about
 * it; its words are then those of this very process.
 */
export type ConvertTables = (
  tables: readonly GivenTable[],
  form: ConversionForm,
) => Promise<readonly (ConvertedTable | undefined)[]>;

/** The files, in their order, and how each is opened. */
export interface AheadFiles {
  readonly files: readonly NamedFile[];
  readonly open: (database: DuckDBConnection, file: NamedFile, options: OpenOptions) => Promise<TableSource>;
  /** Of files that are not read here. */
  readonly marks: (file: NamedFile) => { readonly bytes: number; readonly sha256: string } | undefined;
}

/** @throws as `S3Files.facts`, and what `convert` throws */
export async function convertAhead(
  named: readonly NamedFile[],
  convert: ConvertTables,
  form: ConversionForm,
  options: FetchOptions,
): Promise<AheadFiles> {
  const objects = new S3Files({ signal: options.signal });
  const facts = new Map<string, S3FileFacts>();
  try {
    const given: (GivenTable | undefined)[] = [];
    for (const file of named) {
      const found = isElsewhere(file.path) ? await objects.facts(file.path) : undefined;
      if (found !== undefined) facts.set(file.path, found);
      given.push(await textOf(file, found));
    }
    const texts = given.filter((file) => file !== undefined);
    const answers = await convert(texts, form);
    const converted = new Map(texts.map(({ path }, k) => [path, answers[k]]));
    const files: NamedFile[] = [];
    for (const file of named) {
      const card = converted.get(file.path)?.card;
      const object = facts.get(file.path);
      if (object === undefined) files.push(file);
      else if (card !== undefined) files.push({ ...file, sha256: card.sha256 });
      else files.push({ ...file, path: await objectPath(objects, file.path, options) });
    }
    return {
      files,
      marks: ({ path }) => converted.get(path)?.card,
      open: async (database, file, open) => {
        const table = converted.get(file.path);
        if (table === undefined) return openTable(database, file.path, { ...open, name: file.name });
        return openConverted(table, () => openItself(database, file, facts.get(file.path), open, options));
      },
    };
  } finally {
    await objects.close();
  }
}

/** Undefined for what is no text, or comes through a pipe. */
async function textOf({ path, name }: NamedFile, object: S3FileFacts | undefined): Promise<GivenTable | undefined> {
  if (object === undefined && path !== name) return undefined;
  const magic = object === undefined ? await readMagic(path) : Buffer.from(object.head).toString("latin1");
  if (isParquet(magic) || isSqlite(magic) || isWorkbook(magic)) return undefined;
  return object === undefined
    ? { path, name, bytes: (await stat(path)).size }
    : { path, name, bytes: object.bytes, tag: object.tag };
}

/** The file whose cells lie elsewhere: asked for where a record of it stands. */
async function openItself(
  database: DuckDBConnection,
  { path, name }: NamedFile,
  object: S3FileFacts | undefined,
  open: OpenOptions,
  options: FetchOptions,
): Promise<TableSource> {
  if (object === undefined) return openTable(database, path, { ...open, name });
  const objects = new S3Files({ signal: options.signal });
  try {
    await objects.stillIs(object);
    return await openTable(database, await objectPath(objects, path, options), { ...open, name });
  } finally {
    await objects.close();
  }
}
