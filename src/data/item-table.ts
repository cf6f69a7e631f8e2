// Catalogue entries as a Parquet table.
import type { DuckDBConnection } from "@duckdb/node-api";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import type { Item } from "./dataset.ts";
import { fileTable, objectBlocks, type ParquetColumns } from "./duckdb.ts";
import { REIMPORT, readTable } from "./read-table.ts";

/** Types of the columns; the hash of a dataset takes the fields in this order. */
export const ITEM_COLUMNS = {
  itemId: "VARCHAR",
  sourceNumber: "INTEGER",
  title: "VARCHAR",
  brand: "VARCHAR",
  price: "DOUBLE",
  categories: "VARCHAR[]",
  description: "VARCHAR",
  attributes: "MAP(VARCHAR, VARCHAR)",
} as const satisfies ParquetColumns & Record<keyof Item, string>;

/** An item as tables and records on disk have it. */
export const itemRecord = z.object({
  itemId: z.string(),
  sourceNumber: z.number().int(),
  title: z.string().optional(),
  brand: z.string().optional(),
  price: z.number().optional(),
  categories: z.array(z.string()).optional(),
  description: z.string().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
});

/** @throws InputError for a table that is absent, damaged, or of other things. */
export async function readItems(database: DuckDBConnection, file: string): Promise<Item[]> {
  const items: Item[] = [];
  await readTable(file, async () => {
    for await (const records of objectBlocks(database, fileTable("read_parquet", file)))
      for (const record of records) items.push(itemOf(record, items.length, file));
  });
  return items;
}

function itemOf(record: unknown, row: number, file: string): Item {
  const parsed = itemRecord.safeParse(record);
  // zod types an absent field as `undefined`; it leaves the key out, which is what `Item` asks for.
  if (parsed.success) return parsed.data as Item;
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: [row, ...issue.path] }));
  const found = z.prettifyError({ issues }).split("\n").slice(0, 2).join(" ");
  throw new InputError({ where: file, found, expected: "catalogue rows", todo: REIMPORT });
}
