// A catalogue, or the facts beside each interaction, as entries of the items that were interacted with.
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { columnsOf, findCategoryColumns } from "../catalogue/category-columns.ts";
import { gatherFacts } from "../catalogue/flat-table.ts";
import { hiddenItems, hidingColumn, isHidden } from "../catalogue/hidden.ts";
import { findIdColumn, type IdColumn } from "../catalogue/id-column.ts";
import { type FactSources, factColumns, type ItemFacts, readFacts } from "../catalogue/item-facts.ts";
import { countNew, type Join, joinIds } from "../catalogue/join.ts";
import { joinUnsold } from "../catalogue/join-unsold.ts";
import { ITEM_SIDES, reportJoin, requireJoin } from "../catalogue/join-words.ts";
import { pivotLongForm } from "../catalogue/long-form.ts";
import { type Records, readRecords } from "../catalogue/records.ts";
import { titleLikeColumns } from "../catalogue/title-by-cells.ts";
import { fillVariantRows } from "../catalogue/variant-rows.ts";
import { guessColumn } from "../columns/candidates.ts";
import { type CatalogueColumnOptions, chooseCatalogueColumns } from "../columns/catalogue-columns.ts";
import type { CatalogueColumns, InteractionColumns } from "../columns/meanings.ts";
import { requireColumn } from "../columns/named-columns.ts";
import { nameList, type TableSource } from "../sources/table-source.ts";
import type { CatalogueFacts } from "../understanding.ts";
import type { Decimal } from "../values/numbers.ts";

export interface CatalogueOptions extends CatalogueColumnOptions {
  /** Further columns of the items file to keep as attributes. */
  readonly attributes?: readonly string[] | undefined;
  /** What stands before the decimals of a price. Default: decided from all prices. */
  readonly decimal?: Decimal | undefined;
  /** What stands between the categories in a cell. Default: decided from all cells. */
  readonly categorySeparator?: string | undefined;
  /** Give items without interactions as well. */
  readonly keepUnsold?: boolean | undefined;
  /** Does `item_list` hold items of `held_items`, which may have an entry from before? */
  readonly hasHeld?: boolean | undefined;
}

export interface Catalogue {
  readonly items: ReadonlyMap<string, ItemFacts>;
  /** Those of them that nobody has bought, and that are to be kept. */
  readonly unsold: readonly string[];
  readonly facts: CatalogueFacts;
}

/**
 * Facts by item id, for the ids in the table `item_list` of `database`.
 * @throws InputError for records that do not parse and where no id joins; UsageError for unknown columns.
 */
export async function readCatalogue(
  database: DuckDBConnection,
  source: TableSource,
  itemColumn: string,
  options: CatalogueOptions,
  report: Report,
): Promise<Catalogue> {
  const hints = { list: "item_list", meaning: "item", sameName: itemColumn, flag: "--items-id" } as const;
  const named = options.itemsId && requireColumn(options.itemsId, "--items-id", source);
  const id = await findIdColumn(database, source, { ...hints, named });
  if (id === undefined) throw noIds(source);
  if (id.warning !== undefined) report({ kind: "warning", message: id.warning });
  const { column } = id;
  const others = source.columns.filter((name) => name !== column);
  const made =
    (await pivotLongForm(database, source, column, options.attributes ?? [])) ??
    (await fillVariantRows(database, source, { id: column, title: options.title ?? guessColumn("title", others) }));
  if (made === undefined) return readEntries(database, source, id, options, report);
  report({ kind: "warning", message: made.warning });
  await findIdColumn(database, made.table, { ...hints, named: column });
  return readEntries(database, made.table, id, options, report);
}

/** Facts from the interactions themselves; undefined where they hold none. */
export async function readFlatFacts(
  database: DuckDBConnection,
  source: TableSource,
  columns: InteractionColumns,
  options: CatalogueOptions,
  report: Report,
): Promise<Catalogue | undefined> {
  const flat = await gatherFacts(database, source, columns);
  if (flat === undefined) return undefined;
  await findIdColumn(database, flat, { list: "item_list", meaning: "item", named: columns.item, flag: "--item" });
  const join = await joinIds(database, flat, columns.item, "item_list");
  const chosen = { ...columns.facts, id: columns.item };
  const { catalogue, warnings } = await readJoined(database, flat, join, chosen, options);
  for (const message of warnings) report({ kind: "warning", message });
  return catalogue;
}

async function readEntries(
  database: DuckDBConnection,
  source: TableSource,
  id: IdColumn,
  options: CatalogueOptions,
  report: Report,
): Promise<Catalogue> {
  const sold = await joinIds(database, source, id.column, "item_list");
  requireJoin(sold, source.columns, ITEM_SIDES);
  const { join, unsold } = options.keepUnsold ? await joinUnsold(database, sold) : { join: sold, unsold: undefined };
  const chosen = await chooseCatalogueColumns(database, source, undefined, { ...options, itemsId: id.column });
  const { columns } = chosen;
  for (const message of chosen.warnings) report({ kind: "warning", message });
  const read = await readJoined(database, source, join, columns, options, unsold);
  const { facts } = read.catalogue;
  const told = options.hasHeld ? await countNew(database, { ...join, facts }) : { ...join, facts };
  reportJoin(told, read.records, ITEM_SIDES, report);
  for (const message of read.warnings) report({ kind: "warning", message });
  reportKept(facts, report);
  reportColumns(facts, report);
  return read.catalogue;
}

interface ReadJoined {
  readonly catalogue: Catalogue;
  readonly records: Records;
  readonly warnings: readonly string[];
  /** Those of `unsold` that are not kept, as a column says that they are hidden. */
  readonly hiddenUnsold: CatalogueFacts["hidden"];
}

/** Facts of the ids that `join` knows, by the columns that are chosen or named. */
export async function readJoined(
  database: DuckDBConnection,
  source: TableSource,
  join: Join,
  columns: CatalogueColumns,
  options: CatalogueOptions,
  unsold?: readonly string[],
): Promise<ReadJoined> {
  const { name: file } = source;
  const attributes = (options.attributes ?? []).map((name) => requireColumn(name, "--attributes", source));
  const categories = await findCategoryColumns(database, source, columns, options.categories !== undefined);
  const ignored = new Set([columns.id, ...attributes, ...columnsOf(categories), ...(options.ignore ?? [])]);
  const others = source.columns.filter((column) => !ignored.has(column));
  const hidden = columns.hidden ?? (await hidingColumn(database, source, join.facts.idColumn, others));
  const title = columns.title ?? (await findTitle(database, source, columns, hidden, ignored, options));
  const sources: FactSources = {
    columns: { ...columns, title, hidden },
    categories,
    attributes,
    decimal: options.decimal,
    categorySeparator: options.categorySeparator,
    blankLists: source.blankLists,
  };
  const used = factColumns(sources);
  const records = await readRecords(database, source, join, used);
  const { items, words, warnings } = readFacts(records.cells, sources);
  const isUnsold = new Set(unsold);
  const marks = hidden === undefined ? [] : [...cellsOf(records, used.indexOf(hidden))];
  const archived = new Set(marks.flatMap(([key, cell]) => (isHidden(hidden!, cell) ? [key] : [])));
  const hiddenAmong = (test: (key: string) => boolean) =>
    hidden === undefined
      ? undefined
      : hiddenItems(
          hidden,
          marks.filter(([key]) => test(key)),
        );
  const kept = unsold?.filter((key) => !archived.has(key));
  const sold = [...items].flatMap(([key, facts]) => (isUnsold.has(key) ? [] : [facts]));
  const has = (test: (facts: ItemFacts) => boolean) => sold.filter(test).length;
  const facts: CatalogueFacts = {
    ...join.facts,
    unsold: { ...join.facts.unsold, kept: kept?.length },
    repeated: records.repeated,
    items: join.known,
    with: {
      title: has((item) => item.title !== undefined),
      brand: has((item) => item.brand !== undefined),
      price: has((item) => item.price !== undefined),
      categories: has((item) => item.categories !== undefined),
      description: has((item) => item.description !== undefined),
    },
    words,
    unused: source.columns.filter((column) => !used.includes(column) && !ignored.has(column)),
    hidden: hiddenAmong((key) => !isUnsold.has(key)),
  };
  const told = warnings.map((warning) => `${file}: ${warning}.`);
  if (columns.title === undefined && title !== undefined) told.unshift(titleByCells(file, title));
  const hiddenUnsold = hiddenAmong((key) => isUnsold.has(key));
  return { catalogue: { items, unsold: kept ?? [], facts }, records, warnings: told, hiddenUnsold };
}

async function findTitle(
  database: DuckDBConnection,
  source: TableSource,
  columns: CatalogueColumns,
  hidden: string | undefined,
  ignored: ReadonlySet<string>,
  options: CatalogueOptions,
): Promise<string | undefined> {
  if (options.title === "none") return undefined;
  const taken = new Set([...Object.values(columns), hidden, ...ignored]);
  const alike = await titleLikeColumns(
    database,
    source,
    source.columns.filter((column) => !taken.has(column)),
  );
  return alike.length === 1 ? alike[0] : undefined;
}

function titleByCells(file: string, title: string): string {
  return `${file}: no column is called a title, and the cells of "${title}" alone read like titles, so they are taken for them; --title COL names another column, --title none says that there is none.`;
}

function* cellsOf(records: Records, k: number): Generator<readonly [string, unknown]> {
  for (const [id, cells] of records.cells) yield [id, cells[k]];
}

const MOST_NAMED = 8;

function reportKept({ file, unsold }: CatalogueFacts, report: Report): void {
  const { count, kept } = unsold;
  if (kept === undefined || count === 0) return;
  const others = count - kept;
  const rest = others === 0 ? "" : `; ${others} that are marked as hidden, or have no id, are left out`;
  const message = `${file}: ${kept} items that nobody has bought are kept${rest}.`;
  report({ kind: "notice", message });
}

/** Share of items without a title, from which it is told. */
const MANY_UNTITLED = 0.1;

/** What is told of columns: no title, hidden items, unused ones. */
export function reportColumns({ file, unused, hidden, ...facts }: CatalogueFacts, report: Report): void {
  if (facts.with.title === 0) {
    const among = unused.length === 0 ? "" : ` among ${nameList(unused)}`;
    const message = `${file}: no title is recognised${among}, so that items have no title; --title COL names it.`;
    report({ kind: "warning", message });
  }
  const untitled = facts.entries - facts.with.title;
  if (facts.with.title > 0 && untitled > MANY_UNTITLED * facts.entries) {
    const message = `${file}: ${untitled} of ${facts.entries} items with an entry have no title.`;
    report({ kind: "warning", message });
  }
  if (hidden !== undefined) {
    const message = `${file}: ${hiddenWords(hidden, "item")}; the dataset keeps them.`;
    report({ kind: "warning", message });
  }
  if (unused.length === 0) return;
  const names = `${unused.slice(0, MOST_NAMED).join(", ")}${unused.length > MOST_NAMED ? ", ..." : ""}`;
  report({ kind: "notice", message: `${file}: columns not used: ${names}; --attributes COL keeps one.` });
}

/** Which items a column marks: `"in_stock" marks 2 new items as hidden or not for sale (A, B)`. */
export function hiddenWords({ column, count, examples }: NonNullable<CatalogueFacts["hidden"]>, item: string): string {
  const which = `${examples.join(", ")}${count > examples.length ? ", ..." : ""}`;
  return `"${column}" marks ${count} ${count === 1 ? item : `${item}s`} as hidden or not for sale (${which})`;
}

function noIds(source: TableSource): InputError {
  return new InputError({
    where: source.name,
    found: `no column called an item id, and none whose values are items of the interactions, among ${nameList(source.columns)}`,
    expected: "a catalogue of these items",
    todo: "Name the column with the item ids: --items-id COL.",
  });
}
