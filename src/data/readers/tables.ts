// Interactions, catalogue and users from table files, joined into a RawShop.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { withDatabase } from "../duckdb.ts";
import type { RawShop, ReadShop } from "../raw-shop.ts";
import { type CatalogueOptions, readCatalogue, readRecords } from "./catalogue.ts";
import { plainText } from "./catalogue-values.ts";
import { findColumn } from "./columns.ts";
import { chooseColumns, type InteractionOptions, type Interactions, readInteractions } from "./interactions.ts";
import { openTable, type TableFormat } from "./table-source.ts";

export interface TableOptions extends InteractionOptions, CatalogueOptions {
  /** Of the interactions file; the other files are sniffed unless it is `recbole` or `amazon`. */
  readonly format: TableFormat;
  /** File with one interaction a record. */
  readonly interactions: string;
  /** Catalogue file. */
  readonly items?: string | undefined;
  /** File with one user a record; its columns are kept beside the user, training does not read them. */
  readonly users?: string | undefined;
  /** Ends the reading with an error. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws InputError with file and line for malformed records; UsageError for unknown files and columns. */
export async function readTables(options: TableOptions, report: Report): Promise<ReadShop> {
  const files = [options.interactions, options.items, options.users].filter((file) => file !== undefined);
  for (const file of files) if (!(await exists(file))) throw new UsageError(`${file}: no such file. Check the path.`);
  return withDatabase(async (database) => {
    report({ kind: "stage", stage: "read interactions", detail: options.interactions });
    const source = await openTable(database, options.interactions, options.format, options.signal);
    const columns = chooseColumns(source, options);
    const found = await readInteractions(database, source, columns, options);
    describe(found, columns.timestamp, report);
    const catalogue = options.items && (await catalogueOf(database, options.items, columns.item, options, report));
    const userAttributes =
      options.users && (await usersOf(database, options.users, columns.user, found.users, options.signal));
    const shop: RawShop = {
      users: found.users,
      items: found.items.map((itemId, index) => ({
        itemId,
        sourceNumber: index + 1,
        ...(catalogue ? catalogue.get(itemId) : undefined),
      })),
      sequences: found.sequences,
      timestamps: found.timestamps,
      ratings: found.ratings,
      userAttributes: userAttributes || undefined,
    };
    const { droppedRepeats, droppedLowRatings } = found;
    const { minRating } = options;
    const facts = { format: source.format, columns, droppedRepeats, droppedLowRatings, minRating };
    return {
      shop,
      files,
      facts,
    };
  }, options.signal);
}

function describe(found: Interactions, timestamp: string | undefined, report: Report): void {
  const { droppedRepeats, droppedLowRatings } = found;
  if (timestamp === undefined) {
    report({ kind: "warning", message: "No timestamp column: each user's interactions are taken in file order." });
  }
  if (droppedLowRatings > 0) {
    report({ kind: "notice", message: `Dropped ${droppedLowRatings} interactions rated below the minimum.` });
  }
  if (droppedRepeats > 0) {
    report({ kind: "notice", message: `Dropped ${droppedRepeats} repeats of a user and item; the first one counts.` });
  }
}

async function catalogueOf(
  database: DuckDBConnection,
  file: string,
  itemColumn: string,
  options: TableOptions,
  report: Report,
): ReturnType<typeof readCatalogue> {
  report({ kind: "stage", stage: "read catalogue", detail: file });
  const source = await openTable(database, file, companionFormat(options.format), options.signal);
  return readCatalogue(database, source, itemColumn, options, report);
}

function companionFormat(format: TableFormat): TableFormat {
  return format === "recbole" ? "recbole" : "auto";
}

async function usersOf(
  database: DuckDBConnection,
  file: string,
  userColumn: string,
  users: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Record<string, string>[]> {
  const source = await openTable(database, file, "auto", signal);
  const sameName = source.columns.includes(userColumn) ? userColumn : undefined;
  const id = findColumn("user", sameName, "--user", source.columns, file);
  const records = new Map(await readRecords(database, source, id, "user_list"));
  return users.map((user) => {
    const facts = Object.entries(records.get(user) ?? {}).map(([name, value]) => [name, plainText(value)] as const);
    return Object.fromEntries(facts.filter(([name, value]) => name !== id && value !== undefined)) as Record<
      string,
      string
    >;
  });
}
