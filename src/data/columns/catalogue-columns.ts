// Which columns of a catalogue carry the item id and what is known of the item.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableSource } from "../sources/table-source.ts";
import type { Chosen } from "./interaction-columns.ts";
import { findColumn, guessColumn, requireColumn } from "./known-columns.ts";
import type { CatalogueColumns, FactColumns, FactOptions } from "./meanings.ts";

export interface CatalogueColumnOptions extends FactOptions {
  /** Column of the item id. Default: named like `itemColumn`, else recognised. */
  readonly itemsId?: string | undefined;
}

const FACTS: readonly (keyof FactColumns)[] = [
  "title",
  "brand",
  "price",
  "categories",
  "mainCategory",
  "description",
  "features",
];

/**
 * `itemColumn` is that of the interactions.
 * @throws UsageError for named columns that are absent, and where no item id is found.
 */
export async function chooseCatalogueColumns(
  _database: DuckDBConnection,
  source: TableSource,
  itemColumn: string | undefined,
  options: CatalogueColumnOptions,
): Promise<Chosen<CatalogueColumns>> {
  const { name: file, columns } = source;
  const sameName = itemColumn !== undefined && columns.includes(itemColumn) ? itemColumn : undefined;
  const id = findColumn("item", options.itemsId ?? sameName, "--items-id", columns, file);
  const others = columns.filter((column) => column !== id);
  const facts: Record<string, string | undefined> = {};
  for (const meaning of FACTS) {
    const named = options[meaning as keyof FactOptions] as string | undefined;
    facts[meaning] =
      named === undefined ? guessColumn(meaning, others) : requireColumn(named, `--${meaning}`, columns, file);
  }
  const meanings = new Map(Object.entries({ item: id, ...facts }).map(([meaning, name]) => [name, meaning]));
  return {
    columns: { id, ...facts },
    facts: columns.map((name) => ({ name, type: "VARCHAR", meaning: meanings.get(name), by: "name" })),
  };
}
