// A catalogue of items that a dataset does not hold: entries of unknown ids, and which of its ids are known already.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import type { Given } from "../../base/settings.ts";
import { findIdColumn } from "../catalogue/id-column.ts";
import { SAFE_RULES } from "../catalogue/id-keys.ts";
import { type Join, joinIds } from "../catalogue/join.ts";
import { joinUnsold } from "../catalogue/join-unsold.ts";
import { pivotLongForm } from "../catalogue/long-form.ts";
import { FACT_KEYS, inTableNames } from "../columns/by-number.ts";
import { guessColumn } from "../columns/candidates.ts";
import { chooseCatalogueColumns } from "../columns/catalogue-columns.ts";
import { requireColumn } from "../columns/named-columns.ts";
import type { Item } from "../dataset.ts";
import { execute, literal } from "../duckdb.ts";
import type { newItemsSettings } from "../settings.ts";
import type { TableSource } from "../sources/table-source.ts";
import { hiddenWords, readJoined, reportColumns } from "./catalogue.ts";
import { withTable } from "./tables.ts";

export interface NewItemsOptions extends Given<typeof newItemsSettings> {
  /** Ids of items that are known already, as they are written there. */
  readonly known: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface NewItems {
  /** In the order of the file; `sourceNumber` counts on from the known ones. */
  readonly items: readonly Item[];
  /** Known ids that the file has, too. */
  readonly known: readonly string[];
  /** What is said of entries that are left out as hidden or not for sale, and how to have them. */
  readonly hidden?: { readonly found: string; readonly todo: string } | undefined;
}

/**
 * Entries of the ids in `options.items` that `options.known` lacks; hidden ones are left out.
 * @throws InputError for a file that cannot be read or has no ids; UsageError for columns that it lacks.
 */
export function readNewItems(options: NewItemsOptions, report: Report): Promise<NewItems> {
  const { items, known, ...rest } = options;
  return withTable({ ...rest, format: "auto", interactions: items }, report, async (database, source) => {
    await writeIds(database, known);
    const own = inTableNames(source, rest, [...FACT_KEYS, "attributes", "itemsId"]);
    const id = own.itemsId ?? guessColumn("item", source.columns);
    const hints = { list: "item_list", meaning: "item", flag: "--items-id" } as const;
    const found = await findIdColumn(database, source, {
      ...hints,
      named: id && requireColumn(id, "--items-id", source),
    });
    if (found === undefined) throw noIds(source);
    const long = await pivotLongForm(database, source, found.column, own.attributes ?? []);
    if (long === undefined) return readEntries(database, source, found.column, { ...options, ...own }, report);
    report({ kind: "warning", message: long.warning });
    await findIdColumn(database, long.table, { ...hints, named: found.column });
    return readEntries(database, long.table, found.column, { ...options, ...own }, report);
  });
}

async function readEntries(
  database: DuckDBConnection,
  source: TableSource,
  id: string,
  options: NewItemsOptions,
  report: Report,
): Promise<NewItems> {
  // A shop's catalogue is of the items in its interactions; a new item's id may look like a known one's by chance.
  const joined = await joinIds(database, source, id, "item_list", SAFE_RULES);
  if (joined.nearly?.isClear === true) report({ kind: "notice", message: alikeWords(source, joined.nearly) });
  const { join, unsold } = await joinUnsold(database, joined);
  const { columns } = await chooseCatalogueColumns(database, source, undefined, { ...options, itemsId: id });
  const { catalogue, warnings, hiddenUnsold } = await readJoined(database, source, join, columns, options, unsold);
  for (const message of warnings) report({ kind: "warning", message });
  const hidden = hiddenUnsold && {
    found: hiddenWords(hiddenUnsold, "new item"),
    todo: `--ignore ${/\s/.test(hiddenUnsold.column) ? `"${hiddenUnsold.column}"` : hiddenUnsold.column} takes them too.`,
  };
  if (hidden !== undefined) {
    const message = `${source.name}: ${hidden.found}, and they are left out; ${hidden.todo}`;
    report({ kind: "warning", message });
  }
  const entries = catalogue.unsold.map((itemId, at): Item => {
    return { itemId, sourceNumber: options.known.length + at + 1, ...catalogue.items.get(itemId) };
  });
  const titled = entries.filter(({ title }) => title !== undefined).length;
  reportColumns({ ...catalogue.facts, with: { ...catalogue.facts.with, title: titled } }, report);
  return { items: entries, known: [...new Set([...joined.ids.values()].flat())], hidden };
}

/** Ids that one statement holds. */
const AT_ONCE = 2000;

async function writeIds(database: DuckDBConnection, ids: readonly string[]): Promise<void> {
  await execute(database, "CREATE TABLE item_list (id VARCHAR, k BIGINT)");
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const rows = ids.slice(at, at + AT_ONCE).map((id, i) => `(${literal(id)}, ${at + i})`);
    await execute(database, `INSERT INTO item_list VALUES ${rows.join(", ")}`);
  }
}

function alikeWords(source: TableSource, { count, words, example }: NonNullable<Join["nearly"]>): string {
  const ids = count === 1 ? "1 id is that of a known item" : `${count} ids are those of known items`;
  return `${source.name}: ${ids} but for ${words} (${example}); they are taken for other items.`;
}

function noIds(source: TableSource): InputError {
  return new InputError({
    where: source.name,
    found: `no column called an item id among ${source.columns.join(", ")}`,
    expected: "a catalogue with an id an item",
    todo: "Name the column with the item ids: --items-id COL.",
  });
}
