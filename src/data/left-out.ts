// What the filters took away, kept beside the dataset: training never reads it. A customer with one purchase is not in
// the dataset, but whoever answers them later must know the purchase, and that they are no stranger.
import { join } from "node:path";
import { exists } from "../base/files.ts";
import type { Dataset } from "./dataset.ts";
import { fileTable, literal, readRows, withDatabase, writeParquet } from "./duckdb.ts";
import { readTable } from "./open-dataset.ts";
import type { RawShop } from "./raw-shop.ts";

const USERS = "left-out-users.parquet";
const ITEMS = "left-out-items.parquet";
/** Ids in one query. */
const CHUNK = 1000;

type Place = Pick<Dataset, "directory">;

/** Write who and what is in `before` and not in `after`; nothing where the filters took nothing away. */
export async function writeLeftOut(directory: string, before: RawShop, after: RawShop): Promise<void> {
  const users = new Set(after.users);
  const items = new Set(after.items.map(({ itemId }) => itemId));
  if (before.users.length > users.size) {
    await writeParquet(
      join(directory, USERS),
      { userId: "VARCHAR", itemIds: "VARCHAR[]" },
      usersOutside(before, users),
    );
  }
  if (before.items.length > items.size) {
    const ids = before.items.filter(({ itemId }) => !items.has(itemId)).map(({ itemId }) => ({ itemId }));
    await writeParquet(join(directory, ITEMS), { itemId: "VARCHAR" }, ids);
  }
}

function* usersOutside({ users, items, sequences }: RawShop, kept: ReadonlySet<string>): Generator<object> {
  for (let user = 0; user < users.length; user++) {
    const userId = users[user]!;
    if (!kept.has(userId)) yield { userId, itemIds: Array.from(sequences[user]!, (item) => items[item]!.itemId) };
  }
}

/** Of `userIds`, those whom the filters took away, with the item ids they have, oldest first. */
export async function leftOutUsers(
  dataset: Place,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await rowsOf(dataset, USERS, "userId, to_json(itemIds)::VARCHAR", "userId", userIds);
  return new Map(rows.map(([userId, itemIds]) => [String(userId), JSON.parse(String(itemIds)) as string[]]));
}

/** Of `itemIds`, those that the filters took away. */
export async function leftOutItems(dataset: Place, itemIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await rowsOf(dataset, ITEMS, "itemId", "itemId", itemIds);
  return new Set(rows.map(([itemId]) => String(itemId)));
}

/** All of them: for whoever looks for an id that was meant. */
export async function leftOutUserIds(dataset: Place): Promise<readonly string[]> {
  return (await rowsOf(dataset, USERS, "userId")).map(([userId]) => String(userId));
}

async function rowsOf(
  { directory }: Place,
  name: string,
  columns: string,
  key?: string,
  ids: readonly string[] = [],
): Promise<unknown[][]> {
  const file = join(directory, name);
  if ((key !== undefined && ids.length === 0) || !(await exists(file))) return [];
  const source = `SELECT ${columns} FROM ${fileTable("read_parquet", file)}`;
  return readTable(file, () =>
    withDatabase(async (database) => {
      if (key === undefined) return readRows(database, source);
      const rows: unknown[][] = [];
      for (let at = 0; at < ids.length; at += CHUNK) {
        const wanted = ids.slice(at, at + CHUNK).map(literal);
        rows.push(...(await readRows(database, `${source} WHERE ${key} IN (${wanted.join(", ")})`)));
      }
      return rows;
    }),
  );
}

/** The filters of an import, in words: "k-core 5, minimum length 5". */
export function filterWords({ manifest }: Pick<Dataset, "manifest">): string {
  const { kCore, minLength } = manifest.options;
  return `k-core ${String(kCore ?? 0)}, minimum length ${String(minLength ?? 3)}`;
}
