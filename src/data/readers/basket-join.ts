// Whether cells that may be baskets are items of the catalogue as they stand, or their parts are.
import type { DuckDBConnection } from "@duckdb/node-api";
import { sameIdKey } from "../catalogue/id-keys.ts";
import { idText } from "../catalogue/id-text.ts";
import { candidates } from "../columns/candidates.ts";
import { profileColumns } from "../columns/column-profile.ts";
import { requireColumn } from "../columns/named-columns.ts";
import { readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";

/** So many columns of the catalogue are tried. */
const TRIED = 3;
/** Share of what the catalogue knows, where it decides, and of the other reading. */
const JOINS = 0.5;
const MISSES = 0.1;

export interface BasketCatalogue {
  readonly table: TableSource;
  /** Its id column, where the user names it. */
  readonly itemsId?: string | undefined;
}

/**
 * What the catalogue says of the distinct cells of `cells(i, list)`, whose parts are `list`; undefined where it knows
 * neither most cells nor most parts, or both.
 */
export async function readingByCatalogue(
  database: DuckDBConnection,
  { table, itemsId }: BasketCatalogue,
  cells: string,
): Promise<"one item" | "basket" | undefined> {
  const names =
    itemsId === undefined
      ? candidates("item", await profileColumns(database, table), "items").map(({ name }) => name)
      : [requireColumn(itemsId, "--items-id", table)];
  for (const name of names.slice(0, TRIED)) {
    const known = `SELECT ${sameIdKey(idText(table, name))} FROM ${table.sql(true)} t`;
    const share = (part: string, from: string) =>
      `(SELECT coalesce(avg((${sameIdKey(part)} IN (${known}))::INTEGER), 0) FROM ${from})`;
    const parts = `(SELECT DISTINCT unnest(list) AS part FROM ${cells})`;
    const [row] = await table.read(() =>
      readRows(database, `SELECT ${share("i", `(SELECT i FROM ${cells})`)}, ${share("part", parts)}`),
    );
    const [whole, apart] = row!.map(Number) as [number, number];
    if (whole >= JOINS && apart <= MISSES) return "one item";
    if (apart >= JOINS && whole <= MISSES) return "basket";
  }
  return undefined;
}
