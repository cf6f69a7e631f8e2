// A dataset back as the shop that was read, so that what happened since can join it.
import { join } from "node:path";
import type { Dataset } from "../dataset.ts";
import { fileTable, readNumberColumns, readObjects, withDatabase } from "../duckdb.ts";
import { leftOutPart } from "../left-out.ts";
import type { RawShop } from "../raw-shop.ts";
import { readTable } from "../read-table.ts";
import { withLeftOut } from "./with-left-out.ts";

/** Everything that was read: what the dataset holds, and what the filters left out. */
export async function wholeShop(dataset: Dataset): Promise<RawShop> {
  return withLeftOut(await keptShop(dataset), await leftOutPart(dataset));
}

async function keptShop(dataset: Dataset): Promise<RawShop> {
  const { users, items, sequences, directory } = dataset;
  const lengths = sequences.map((sequence) => sequence.length);
  const [timestamps, ratings] = await Promise.all(
    ["timestamp", "rating"].map((column) => besideSequences(directory, column, lengths)),
  );
  return { users, items, sequences, timestamps, ratings, userAttributes: await attributesOf(directory) };
}

/** A column of the interactions beside the sequences; undefined where the dataset has none. */
async function besideSequences(
  directory: string,
  column: string,
  lengths: readonly number[],
): Promise<Float64Array[] | undefined> {
  const file = join(directory, "interactions.parquet");
  const table = fileTable("read_parquet", file);
  const users = fileTable("read_parquet", join(directory, "users.parquet"), ["file_row_number=true"]);
  const sql = `SELECT CAST(x.${column} AS DOUBLE) FROM ${table} x JOIN ${users} u USING (userId)
    ORDER BY u.file_row_number, x.position`;
  const values = await readTable(file, () =>
    withDatabase(async (database) => {
      const columns = await readObjects(database, `(SELECT column_name FROM (DESCRIBE SELECT * FROM ${table}))`);
      if (!columns.some(({ column_name: name }) => name === column)) return undefined;
      return (await readNumberColumns(database, sql))[0];
    }),
  );
  if (values === undefined) return undefined;
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return values.slice(end - length, end);
  });
}

async function attributesOf(directory: string): Promise<Record<string, string>[] | undefined> {
  const file = join(directory, "users.parquet");
  const rows = await readTable(file, () =>
    withDatabase((database) => readObjects(database, fileTable("read_parquet", file))),
  );
  const attributes = rows.map((row) => (row.attributes ?? {}) as Record<string, string>);
  return attributes.some((facts) => Object.keys(facts).length > 0) ? attributes : undefined;
}
