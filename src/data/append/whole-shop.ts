// A dataset back as the shop that was read, so that what happened since can join it.
import { join } from "node:path";
import { besideSequences } from "../beside-sequences.ts";
import type { Dataset } from "../dataset.ts";
import { fileTable, readObjects, withDatabase } from "../duckdb.ts";
import { leftOutPart } from "../left-out.ts";
import type { RawShop } from "../raw-shop.ts";
import { readTable } from "../read-table.ts";
import { withLeftOut } from "./with-left-out.ts";

/** Everything that was read: what the dataset holds, and what the filters left out. */
export async function wholeShop(dataset: Dataset): Promise<RawShop> {
  return withLeftOut(await keptShop(dataset), await leftOutPart(dataset));
}

/** What the dataset holds, with what stands beside its interactions. */
export async function keptShop(dataset: Dataset): Promise<RawShop> {
  const { users, items, sequences, directory } = dataset;
  const lengths = sequences.map((sequence) => sequence.length);
  const [timestamps, ratings] = await Promise.all(
    ["timestamp", "rating"].map((column) => besideSequences(directory, column, lengths)),
  );
  return { users, items, sequences, timestamps, ratings, userAttributes: await attributesOf(directory) };
}

async function attributesOf(directory: string): Promise<Record<string, string>[] | undefined> {
  const file = join(directory, "users.parquet");
  const rows = await readTable(file, () =>
    withDatabase((database) => readObjects(database, fileTable("read_parquet", file))),
  );
  const attributes = rows.map((row) => (row.attributes ?? {}) as Record<string, string>);
  return attributes.some((facts) => Object.keys(facts).length > 0) ? attributes : undefined;
}
