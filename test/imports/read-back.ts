// A dataset as a case speaks of it: external ids, and fields of the catalogue.
import { join } from "node:path";
import { fileTable, openDataset, readObjects, withDatabase } from "../../src/data/index.ts";
import type { ExpectedDataset } from "./case.ts";

/** The part of the dataset in `directory` that `expected` names, in the same form, to compare the two. */
export async function readBack(directory: string, expected: ExpectedDataset): Promise<ExpectedDataset> {
  const dataset = await openDataset(directory);
  const { users, items, sequences, manifest } = dataset;
  const history = (user: string) => {
    const index = users.indexOf(user);
    return index < 0 ? [] : Array.from(sequences[index]!, (item) => items[item]!.itemId);
  };
  const entry = (itemId: string) => items.find((item) => item.itemId === itemId) as Record<string, unknown> | undefined;
  const known = new Set([...users, ...items.map(({ itemId }) => itemId)]);
  return {
    users: expected.users && manifest.counts.users,
    items: expected.items && manifest.counts.items,
    interactions: expected.interactions && manifest.counts.interactions,
    histories: expected.histories && mapped(expected.histories, history),
    catalogue:
      expected.catalogue &&
      mapped(expected.catalogue, (itemId, fields) => mapped(fields, (field) => entry(itemId)?.[field] ?? null)),
    ratings: expected.ratings && (await ratingsOf(directory)),
    absent: expected.absent?.filter((id) => !known.has(id)),
  };
}

function mapped<T, R>(record: Readonly<Record<string, T>>, value: (key: string, given: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, given]) => [key, value(key, given)]));
}

async function ratingsOf(directory: string): Promise<Record<string, number>> {
  const table = fileTable("read_parquet", join(directory, "interactions.parquet"));
  const rows = await withDatabase((database) => readObjects(database, table));
  const counts: Record<string, number> = {};
  for (const { rating } of rows) if (rating !== undefined) counts[String(rating)] = (counts[String(rating)] ?? 0) + 1;
  return counts;
}
