// An items file (any table format) as catalogue entries of the items that were interacted with.
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Report } from "../../base/progress.ts";
import { type CatalogueColumnOptions, chooseCatalogueColumns } from "../columns/catalogue-columns.ts";
import { requireColumn } from "../columns/known-columns.ts";
import type { CatalogueColumns } from "../columns/meanings.ts";
import type { Item } from "../dataset.ts";
import { identifier, readRows, withoutNulls } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import { categoryPath, plainText, price } from "../values/catalogue-values.ts";

export interface CatalogueOptions extends CatalogueColumnOptions {
  /** Further columns of the items file to keep as attributes. */
  readonly attributes?: readonly string[] | undefined;
}

type ItemFacts = Omit<Item, "itemId" | "sourceNumber">;

/**
 * Facts by item id, for the ids in the table `item_list` of `database`.
 * @throws InputError for records that do not parse, UsageError for unknown columns.
 */
export async function readCatalogue(
  database: DuckDBConnection,
  source: TableSource,
  itemColumn: string,
  options: CatalogueOptions,
  report: Report,
): Promise<Map<string, ItemFacts>> {
  const { columns, name: file } = source;
  const { columns: chosen } = await chooseCatalogueColumns(database, source, itemColumn, options);
  const kept = (options.attributes ?? []).map((name) => requireColumn(name, "--attributes", columns, file));
  const rows = await readRecords(database, source, chosen.id, "item_list");
  const facts = new Map<string, ItemFacts>();
  let repeats = 0;
  for (const [itemId, record] of rows) {
    if (facts.has(itemId)) repeats++;
    else facts.set(itemId, factsOf(record, chosen, kept));
  }
  if (repeats > 0) report({ kind: "warning", message: `${file}: ${repeats} repeated items; the first one counts.` });
  return facts;
}

/** Records of `source` whose `id` stands in `list`, in file order. */
export async function readRecords(
  database: DuckDBConnection,
  source: TableSource,
  id: string,
  list: "item_list" | "user_list",
): Promise<[id: string, record: Record<string, unknown>][]> {
  // A JSON id comes with its quotes when typed as JSON; ->> '$' takes them off.
  const idText = source.kind === "json" ? `(t.${identifier(id)} ->> '$')` : `t.${identifier(id)}::VARCHAR`;
  const sql = `SELECT ${idText}, to_json(t)::VARCHAR FROM ${source.sql(true)} t WHERE ${idText} IN (SELECT id FROM ${list})`;
  const rows = await source.read(() => readRows(database, sql));
  return rows.map(([key, json]) => [String(key), withoutNulls(JSON.parse(String(json)) as Record<string, unknown>)]);
}

function factsOf(
  record: Readonly<Record<string, unknown>>,
  columns: CatalogueColumns,
  kept: readonly string[],
): ItemFacts {
  const cell = (meaning: keyof CatalogueColumns): unknown => {
    const column = columns[meaning];
    return column === undefined ? undefined : record[column];
  };
  const title = plainText(cell("title"));
  const brand = plainText(cell("brand"));
  const cost = price(cell("price"));
  const path = categoryPath(cell("categories"));
  const categories = path.length > 0 ? path : categoryPath(cell("mainCategory"));
  const description = [plainText(cell("description")), plainText(cell("features"))].filter(Boolean).join(" ");
  const attributes = Object.fromEntries(
    kept.map((name) => [name, plainText(record[name])] as const).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  return {
    title,
    brand,
    price: cost,
    categories: categories.length > 0 ? categories : undefined,
    description: description || undefined,
    attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
  };
}
