import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { withDatabase, writeParquet } from "./duckdb.ts";
import { ITEM_COLUMNS, readItems } from "./item-table.ts";

const item = (number: number) => ({ itemId: `i${number}`, sourceNumber: number, categories: ["tea", `${number % 7}`] });

async function written(items: readonly object[], columns: Record<string, string> = ITEM_COLUMNS): Promise<string> {
  const file = join(await temporaryDirectory(), "items.parquet");
  await writeParquet(file, columns, items);
  return file;
}

it("reads the entries of a catalogue of several blocks in order, without what is absent", async () => {
  const items = Array.from({ length: 5000 }, (_, number) => item(number));
  const file = await written(items);
  expect(await withDatabase((database) => readItems(database, file))).toEqual(items);
});

it("names the row of an entry that is none", async () => {
  const items = Array.from({ length: 3000 }, (_, number) => ({
    ...item(number),
    itemId: number === 2500 ? null : "i",
  }));
  const file = await written(items);
  await expect(withDatabase((database) => readItems(database, file))).rejects.toThrow(/2500.*itemId.*catalogue rows/);
});
