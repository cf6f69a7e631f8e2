// Cells of a catalogue as facts about items. How prices, categories and titles are written is decided from all cells of
// a column before any of them is read.
import type { CatalogueColumns } from "../columns/meanings.ts";
import type { Item } from "../dataset.ts";
import { type CategoryReading, understandCategories } from "../values/categories.ts";
import type { Decimal } from "../values/numbers.ts";
import { areHundredths, inHundredths, type PriceReading, understandPrices } from "../values/prices.ts";
import { describingText, plainText, understandTitles } from "../values/texts.ts";
import { type CategoryColumns, columnsOf, isFlagged } from "./category-columns.ts";

export type ItemFacts = Omit<Item, "itemId" | "sourceNumber">;

export interface FactSources {
  readonly columns: CatalogueColumns;
  readonly categories?: CategoryColumns | undefined;
  /** Kept as attributes. */
  readonly attributes: readonly string[];
  readonly decimal?: Decimal | undefined;
  readonly categorySeparator?: string | undefined;
  /** Columns that the file itself declares to be lists divided by blanks. */
  readonly blankLists?: readonly string[] | undefined;
}

export interface FactReading {
  readonly items: ReadonlyMap<string, ItemFacts>;
  /** How cells are read, by field. */
  readonly words: Readonly<Record<string, string>>;
  /** Each one sentence, without the file's name. */
  readonly warnings: readonly string[];
}

/** Every column that facts are made from. */
export function factColumns({ columns, categories, attributes }: FactSources): string[] {
  const { id: _, categories: __, mainCategory: ___, ...named } = columns;
  const names = [...Object.values(named), ...columnsOf(categories), ...attributes];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** `records` hold cells beside `factColumns(sources)`. */
export function readFacts(records: ReadonlyMap<string, readonly unknown[]>, sources: FactSources): FactReading {
  const order = new Map(factColumns(sources).map((column, k) => [column, k]));
  const cellIn = (cells: readonly unknown[], column: string | undefined) =>
    column === undefined ? undefined : cells[order.get(column)!];
  const all = (column: string | undefined) =>
    column === undefined ? [] : Array.from(records.values(), (cells) => cellIn(cells, column));
  const { columns, attributes, decimal } = sources;
  const titles = understandTitles(all(columns.title));
  const prices = pricesOf(columns.price, all(columns.price), decimal);
  const categories = categoryReader(all, cellIn, sources);
  const items = new Map<string, ItemFacts>();
  for (const [id, cells] of records) {
    const cell = (column: string | undefined) => cellIn(cells, column);
    const path = categories.read(cells);
    const description = [columns.description, columns.features].map((name) => describingText(cell(name)));
    items.set(id, {
      title: titles.read(cell(columns.title)),
      brand: plainText(cell(columns.brand)),
      price: prices.read(cell(columns.price)),
      categories: path.length > 0 ? path : undefined,
      description: description.filter(Boolean).join(" ") || undefined,
      attributes: attributesOf(attributes, cell),
    });
  }
  const words: Record<string, string> = {};
  if (categories.words !== undefined) words.categories = categories.words;
  if (prices.decimal !== undefined) words.price = prices.decimal === "," ? "decimal comma" : "decimal point";
  return { items, words, warnings: [...titles.warnings, ...prices.warnings] };
}

function pricesOf(column: string | undefined, cells: readonly unknown[], decimal: Decimal | undefined): PriceReading {
  const prices = understandPrices(cells, decimal);
  return column !== undefined && areHundredths(column, cells) ? inHundredths(prices, column, cells) : prices;
}

function attributesOf(names: readonly string[], cell: (column: string) => unknown): Item["attributes"] {
  const found = names
    .map((name) => [name, plainText(cell(name))] as const)
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

interface CategoryCells {
  readonly read: (cells: readonly unknown[]) => string[];
  readonly words?: string | undefined;
}

function categoryReader(
  all: (column: string) => unknown[],
  cellIn: (cells: readonly unknown[], column: string) => unknown,
  { categories: found, categorySeparator: separator, blankLists = [] }: FactSources,
): CategoryCells {
  if (found === undefined) return { read: () => [] };
  if (found.kind === "flags") {
    const read = (cells: readonly unknown[]) => found.columns.filter((column) => isFlagged(cellIn(cells, column)));
    return { read, words: `one 0/1 column each (${found.columns.slice(0, 3).join(", ")}, ...)` };
  }
  const readings = new Map<string, CategoryReading>();
  for (const column of columnsOf(found)) {
    readings.set(column, understandCategories(all(column), { separator, isBlankList: blankLists.includes(column) }));
  }
  const read = (cells: readonly unknown[], column: string) => readings.get(column)!.read(cellIn(cells, column));
  if (found.kind === "levels") {
    return {
      read: (cells) => [...new Set(found.columns.flatMap((column) => read(cells, column)))],
      words: `one level a column (${found.columns.join(", ")})`,
    };
  }
  const { column, fallback } = found;
  return {
    read: (cells) => {
      const path = read(cells, column);
      return path.length > 0 || fallback === undefined ? path : read(cells, fallback);
    },
    words: readings.get(column)!.words,
  };
}
