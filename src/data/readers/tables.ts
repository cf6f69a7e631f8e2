// Interactions, catalogue and users from table files, joined into a RawShop.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { type Scratch, withScratch } from "../../base/scratch.ts";
import { chooseColumns } from "../columns/interaction-columns.ts";
import type { InteractionColumns } from "../columns/meanings.ts";
import { withDatabase } from "../duckdb.ts";
import { openLines } from "../formats/open-lines.ts";
import { formOptions, openPublic } from "../formats/open-public.ts";
import type { FileForm } from "../formats/public-format.ts";
import type { FoundVersion } from "../formats/recognise.ts";
import type { RawShop, ReadShop } from "../raw-shop.ts";
import { dialectFor, type FileRole, type FormOptions } from "../sources/dialect-options.ts";
import { openTable } from "../sources/open-table.ts";
import type { TableFormat, TableSource } from "../sources/table-source.ts";
import { type Catalogue, type CatalogueOptions, readCatalogue, readFlatFacts } from "./catalogue.ts";
import { type InteractionOptions, type Interactions, readInteractions } from "./interactions.ts";
import { readUsers, type UserFile, type UserFileOptions } from "./users.ts";

export interface TableOptions extends InteractionOptions, CatalogueOptions, UserFileOptions, FormOptions {
  /** Of the interactions file; the other files are sniffed unless it is `recbole` or `amazon`. */
  readonly format: TableFormat;
  /** File with one interaction a record. */
  readonly interactions: string;
  /** Catalogue file. */
  readonly items?: string | undefined;
  /** File with one user a record; its columns are kept beside the user, training does not read them. */
  readonly users?: string | undefined;
  /** Arrays of records inside of JSON files, each for the file that has it. */
  readonly records?: readonly string[] | undefined;
  /** The public data set that the files belong to. */
  readonly known?: FoundVersion | undefined;
  /** Ends the reading with an error. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws InputError with file and line for malformed records; UsageError for unknown files and columns. */
export async function readTables(options: TableOptions, report: Report): Promise<ReadShop> {
  return withScratch((scratch) => readWith(scratch, options, report));
}

async function readWith(scratch: Scratch, options: TableOptions, report: Report): Promise<ReadShop> {
  const files = [options.interactions, options.items, options.users].filter((file) => file !== undefined);
  for (const file of files) if (!(await exists(file))) throw new UsageError(`${file}: no such file. Check the path.`);
  return withDatabase(async (database) => {
    report({ kind: "stage", stage: "read interactions", detail: options.interactions });
    const opening = { database, scratch, options, report };
    const source = await openFile(opening, "interactions", options.interactions);
    const items = options.items === undefined ? undefined : await openFile(opening, "items", options.items);
    const { columns, warnings } = await chooseColumns(database, source, { ...options, catalogue: items });
    for (const message of warnings) report({ kind: "warning", message });
    const found = await readInteractions(database, source, columns, options);
    describe(found, columns.timestamp, report);
    const catalogue = await catalogueOf(database, found.table, items, columns, options, report);
    const userFile = await userFileOf(opening, columns.user);
    const shop: RawShop = {
      users: found.users,
      items: found.items.map((itemId, index) => ({
        itemId,
        sourceNumber: index + 1,
        ...catalogue?.items.get(itemId),
      })),
      sequences: found.sequences,
      timestamps: found.timestamps,
      ratings: found.ratings,
      userAttributes: userFile && found.users.map((user) => userFile.attributes.get(user) ?? {}),
    };
    const { droppedRepeats, droppedLowRatings } = found;
    const { minRating } = options;
    const facts = { format: source.format, columns, droppedRepeats, droppedLowRatings, minRating };
    return { shop, files, facts };
  }, options.signal);
}

function describe(found: Interactions, timestamp: string | undefined, report: Report): void {
  if (timestamp === undefined) {
    report({ kind: "warning", message: "No timestamp column: each user's interactions are taken in file order." });
  }
  for (const message of found.warnings) report({ kind: "warning", message });
  for (const message of found.notices) report({ kind: "notice", message });
}

interface Opening {
  readonly database: DuckDBConnection;
  readonly scratch: Scratch;
  readonly options: TableOptions;
  readonly report: Report;
}

async function openFile(opening: Opening, role: FileRole, file: string): Promise<TableSource> {
  const { database, options, report } = opening;
  const { known } = options;
  const table = known?.version[role];
  const files = known?.[role];
  const source =
    table === undefined || files === undefined
      ? await openOne(opening, role, file)
      : await openPublic(database, table, files, (path, form) => openOne(opening, role, path, form));
  for (const message of source.form.warnings ?? []) report({ kind: "warning", message });
  return source;
}

async function openOne(
  { database, scratch, options }: Opening,
  role: FileRole,
  file: string,
  form?: FileForm | undefined,
): Promise<TableSource> {
  const { format, records, signal } = options;
  if (form?.isLines) return openLines(database, file, signal);
  return openTable(database, file, {
    format: role === "interactions" ? format : companionFormat(format, role),
    scratch,
    dialect: form === undefined ? dialectFor(role, options) : dialectFor("interactions", formOptions(form)),
    records,
    signal,
  });
}

async function catalogueOf(
  database: DuckDBConnection,
  interactions: TableSource,
  items: TableSource | undefined,
  columns: InteractionColumns,
  options: TableOptions,
  report: Report,
): Promise<Catalogue | undefined> {
  if (items === undefined) return readFlatFacts(database, interactions, columns, options, report);
  report({ kind: "stage", stage: "read catalogue", detail: items.name });
  return readCatalogue(database, items, columns.item, options, report);
}

async function userFileOf(opening: Opening, userColumn: string): Promise<UserFile | undefined> {
  const { database, options, report } = opening;
  if (options.users === undefined) return undefined;
  report({ kind: "stage", stage: "read users", detail: options.users });
  const source = await openFile(opening, "users", options.users);
  return readUsers(database, source, userColumn, options, report);
}

function companionFormat(format: TableFormat, role: FileRole): TableFormat {
  return format === "recbole" && role === "items" ? "recbole" : "auto";
}
