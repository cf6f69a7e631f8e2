// Interactions, catalogue and users from table files, joined into a RawShop.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import { sha256File } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { type Scratch, withScratch } from "../../base/scratch.ts";
import { FACT_KEYS, inTableNames } from "../columns/by-number.ts";
import { recogniseInteractions, settled } from "../columns/interaction-columns.ts";
import type { InteractionColumns } from "../columns/meanings.ts";
import { type AheadFiles, type ConvertTables, convertAhead } from "../converted/convert-ahead.ts";
import type { ConversionForm } from "../converted/table-card.ts";
import { withDatabase } from "../duckdb.ts";
import { openLines } from "../formats/open-lines.ts";
import { formOptions, legacyEncoding, openPublic } from "../formats/open-public.ts";
import type { FileForm } from "../formats/public-format.ts";
import type { FoundVersion } from "../formats/recognise.ts";
import type { InputFile, RawShop, ReadShop } from "../raw-shop.ts";
import { dialectFor, type FormOptions, type TableRole } from "../sources/dialect-options.ts";
import { isElsewhere } from "../sources/elsewhere/address.ts";
import { firstRecords } from "../sources/first-records.ts";
import { FileNames, type NamedFile } from "../sources/named-files.ts";
import { openTable } from "../sources/open-table.ts";
import { openTables } from "../sources/several-tables.ts";
import type { OpenOptions, TableFormat, TableSource } from "../sources/table-source.ts";
import type { ColumnFacts, Understanding } from "../understanding.ts";
import { type Catalogue, type CatalogueOptions, readCatalogue, readFlatFacts } from "./catalogue.ts";
import { type HeldShop, heldColumns, listHeldItems, meetHeld } from "./held-shop.ts";
import { type InteractionOptions, type Interactions, readInteractions } from "./interactions.ts";
import { readUsers, type UserFile, type UserFileOptions } from "./users.ts";

export interface TableOptions extends InteractionOptions, CatalogueOptions, UserFileOptions, FormOptions {
  /** Of the interactions file; the other files are sniffed unless it is `recbole` or `amazon`. */
  readonly format: TableFormat;
  /** File with one interaction a record; several are read as one table. `-` is the standard input. */
  readonly interactions: string | readonly string[];
  /** Catalogue file, or several. */
  readonly items?: string | readonly string[] | undefined;
  /** File with one user a record; its columns are kept beside the user, training does not read them. */
  readonly users?: string | readonly string[] | undefined;
  /** Arrays of records inside of JSON files, each for the file that has it. */
  readonly records?: readonly string[] | undefined;
  /** The public data set that the files belong to. */
  readonly known?: FoundVersion | undefined;
  /** What the dataset holds that these files add to. Its items get what the catalogue says of them. */
  readonly held?: HeldShop | undefined;
  /** Names of files are patterns. */
  readonly glob?: boolean | undefined;
  /** Has text files of interactions read by others. */
  readonly convert?: ConvertTables | undefined;
  /** Ends the reading with an error. */
  readonly signal?: AbortSignal | undefined;
}

const ROLE_KEYS = ["user", "item", "timestamp", "rating", "event", "quantity"] as const;

/** What is known of a table before its values are read. */
export interface FirstSight extends Pick<Understanding, "form" | "columns"> {
  readonly head: readonly Readonly<Record<string, unknown>>[];
}

type Seen = (first: FirstSight) => void;

/**
 * `seen` is told of the columns as soon as they are recognised.
 * @throws InputError with file and line for malformed records; Doubt where the data do not tell what they mean;
 * UsageError for unknown files and columns.
 */
export async function readTables(options: TableOptions, report: Report, seen?: Seen): Promise<ReadShop> {
  return withScratch((scratch) => readWith(scratch, options, report, seen));
}

/** Work on the one table that `options.interactions` names, opened as `readTables` does. */
export async function withTable<T>(
  options: TableOptions,
  report: Report,
  work: (database: DuckDBConnection, source: TableSource) => Promise<T>,
): Promise<T> {
  return withScratch(async (scratch) => {
    const names = fileNames(scratch, options, report);
    const files = { interactions: await names.open(options.interactions, "--interactions"), items: [], users: [] };
    return withDatabase(
      async (database) =>
        work(database, (await openRole({ database, scratch, files, options, report }, "interactions"))!),
      options.signal,
    );
  });
}

function fileNames(scratch: Scratch, { glob, extensions, signal }: TableOptions, report: Report): FileNames {
  return new FileNames({ glob, scratch, extensions, report, signal });
}

async function readWith(scratch: Scratch, options: TableOptions, report: Report, seen?: Seen): Promise<ReadShop> {
  const names = fileNames(scratch, options, report);
  const ahead = await readAhead(scratch, options, report);
  const files = {
    interactions: ahead?.files ?? (await names.open(options.interactions, "--interactions")),
    items: await names.open(options.items, "--items"),
    users: await names.open(options.users, "--users"),
  };
  return withDatabase(async (database) => {
    const opening = { database, scratch, files, options, report, ahead };
    report({
      kind: "stage",
      stage: "read interactions",
      detail: files.interactions.map(({ name }) => name).join(", "),
    });
    const source = (await openRole(opening, "interactions"))!;
    const items = await openRole(opening, "items");
    if (options.keepUnsold && items === undefined) throw noCatalogue();
    const said = inTableNames(source, options, items === undefined ? [...ROLE_KEYS, ...FACT_KEYS] : ROLE_KEYS);
    const own = { ...said, ...heldColumns(source, options.held, said, ROLE_KEYS) };
    const recognised = await recogniseInteractions(database, source, { ...own, catalogue: items });
    const form = { form: source.form, columns: withTypes(recognised.facts, await source.types()) };
    seen?.({ ...form, head: await firstRecords(database, source) });
    const { columns, warnings } = settled(recognised, source, own);
    for (const message of warnings) report({ kind: "warning", message });
    const found = await readInteractions(database, source, columns, { ...own, catalogue: items });
    describe(found, columns.timestamp, report);
    if (options.held !== undefined) await meetHeld(database, options.held, source, report);
    const catalogue = await catalogueOf(database, found.table, items, columns, options, report);
    const userFile = await userFileOf(opening, columns.user);
    const shop: RawShop = {
      users: found.users,
      items: [...found.items, ...heldEntries(options.held, found, catalogue), ...(catalogue?.unsold ?? [])].map(
        (itemId, index) => ({
          itemId,
          sourceNumber: index + 1,
          ...catalogue?.items.get(itemId),
        }),
      ),
      sequences: found.sequences,
      timestamps: found.timestamps,
      ratings: found.ratings,
      userAttributes: userFile && found.users.map((user) => userFile.attributes.get(user) ?? {}),
    };
    const { droppedRepeats, droppedLowRatings } = found;
    const { minRating, timeFormat, timeZone, guest, decimal, events, repeats } = options;
    const rules = { minRating, timeFormat, timeZone, guest, decimal, events, repeats };
    const servers = Object.values(files).flat().filter(isOnServer);
    const elsewhere = servers.length > 0 ? servers.map(({ name }) => name) : undefined;
    const weights = found.areWeights ? "rating" : undefined;
    const facts = { format: source.format, columns, droppedRepeats, droppedLowRatings, ...rules, weights, elsewhere };
    const tables = [source, items, userFile?.source].filter((table) => table !== undefined);
    return {
      shop,
      files: await inputFiles(
        Object.values(files)
          .flat()
          .filter((file) => !isOnServer(file)),
      ),
      facts,
      takenBack: found.takenBack,
      omissions: tables.flatMap(({ omissions = [] }) => omissions),
      understanding: { ...form, ...countsOf(found), catalogue: catalogue?.facts, userFile: userFile?.facts },
    };
  }, options.signal);
}

/** The interactions, as others have read them; undefined where they are read here. */
async function readAhead(scratch: Scratch, options: TableOptions, report: Report): Promise<AheadFiles | undefined> {
  const { convert, known, interactions, glob, extensions, signal } = options;
  if (convert === undefined) return undefined;
  if (known !== undefined) {
    report({ kind: "notice", message: "Files of a public data set are read by one process." });
    return undefined;
  }
  const names = new FileNames({ glob, scratch, extensions, report, signal, isLate: true });
  const files = await names.open(interactions, "--interactions");
  return convertAhead(files, convert, conversionForm(options), { scratch, extensions, report, signal });
}

function conversionForm(options: TableOptions): ConversionForm {
  const { format, records, delimiter, encoding, quote, columns, header, skipBadRows } = options;
  const list = (value: string | readonly string[] | undefined) => (value === undefined ? undefined : [value].flat());
  return {
    format,
    records: records && [...records],
    delimiter: list(delimiter),
    encoding: list(encoding),
    quote: list(quote),
    columns: list(columns),
    header,
    skipBadRows,
  };
}

function noCatalogue(): UsageError {
  return new UsageError("--keep-unsold: only a catalogue tells what nobody has bought. Name it with --items FILE.");
}

function countsOf(found: Interactions): Omit<Understanding, "form" | "columns"> {
  const { rows, times, feedback, userFacts: users, itemFacts: items, droppedRepeats } = found;
  const repeats = { reason: "a repeat of a user and item", count: droppedRepeats, examples: [] };
  const leftOut = droppedRepeats === 0 ? found.leftOut : [...found.leftOut, repeats];
  return { rows: { ...rows, leftOut }, times, feedback, users, items, warnings: [] };
}

function withTypes(columns: readonly ColumnFacts[], types: ReadonlyMap<string, string>): ColumnFacts[] {
  return columns.map((column) => ({ ...column, type: types.get(column.name) ?? column.type }));
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
  readonly files: Readonly<Record<TableRole, readonly NamedFile[]>>;
  readonly options: TableOptions;
  readonly report: Report;
  readonly ahead?: AheadFiles | undefined;
}

/** The files of one role as one table; undefined where there are none. */
async function openRole(opening: Opening, role: TableRole): Promise<TableSource | undefined> {
  const { database, files, options, report, ahead } = opening;
  if (files[role].length === 0) return undefined;
  const table = options.known?.version[role];
  const known = options.known?.[role];
  const source =
    table === undefined || known === undefined
      ? await openTables(
          database,
          files[role],
          openOptions(opening, role),
          options.ignore,
          role === "interactions" ? ahead : undefined,
        )
      : await openPublic(database, table, known, (path, form) => openKnown(opening, role, path, form));
  for (const message of source.form.warnings ?? []) report({ kind: "warning", message });
  return source;
}

async function openKnown(opening: Opening, role: TableRole, path: string, form: FileForm): Promise<TableSource> {
  const { database, options } = opening;
  if (form.isLines) return openLines(database, path, options.signal);
  const dialect = { ...dialectFor("interactions", formOptions(form)), legacyEncoding: legacyEncoding(form) };
  return openTable(database, path, { ...openOptions(opening, role), dialect });
}

function openOptions({ scratch, options }: Opening, role: TableRole): OpenOptions {
  const { format, records, signal } = options;
  return {
    format: role === "interactions" ? format : companionFormat(format, role),
    scratch,
    dialect: dialectFor(role, options),
    records,
    signal,
  };
}

async function catalogueOf(
  database: DuckDBConnection,
  interactions: TableSource,
  items: TableSource | undefined,
  columns: InteractionColumns,
  options: TableOptions,
  report: Report,
): Promise<Catalogue | undefined> {
  if (items === undefined) {
    const own = inTableNames(interactions, options, [...FACT_KEYS, "attributes"]);
    return readFlatFacts(database, interactions, columns, own, report);
  }
  report({ kind: "stage", stage: "read catalogue", detail: items.name });
  const own = inTableNames(items, options, [...FACT_KEYS, "attributes", "itemsId"]);
  const hasHeld = options.held !== undefined;
  if (hasHeld) await listHeldItems(database);
  return readCatalogue(database, items, columns.item, { ...own, hasHeld }, report);
}

/** Items of the dataset that these interactions lack and the catalogue has. */
function heldEntries(held: HeldShop | undefined, found: Interactions, catalogue: Catalogue | undefined): string[] {
  if (held === undefined || catalogue === undefined) return [];
  const bought = new Set(found.items);
  return held.items.filter((itemId) => !bought.has(itemId) && catalogue.items.has(itemId));
}

function isOnServer({ path, sha256 }: NamedFile): boolean {
  return sha256 === undefined && isElsewhere(path);
}

/** What came through a pipe is gone when the manifest is written. */
function inputFiles(files: readonly NamedFile[]): Promise<InputFile[]> {
  return Promise.all(
    files.map(async ({ path, name, sha256 }) => {
      if (path === name && sha256 === undefined) return path;
      return { file: name, sha256: sha256 ?? (await sha256File(path)) };
    }),
  );
}

async function userFileOf(
  opening: Opening,
  userColumn: string,
): Promise<(UserFile & { readonly source: TableSource }) | undefined> {
  const { database, files, options, report } = opening;
  if (files.users.length === 0) return undefined;
  report({ kind: "stage", stage: "read users", detail: files.users.map(({ name }) => name).join(", ") });
  const source = (await openRole(opening, "users"))!;
  const read = await readUsers(database, source, userColumn, inTableNames(source, options, ["usersId"]), report);
  return { ...read, source };
}

function companionFormat(format: TableFormat, role: TableRole): TableFormat {
  return format === "recbole" && role === "items" ? "recbole" : "auto";
}
