// What the filters took away, kept beside the dataset: training never reads it. A customer with one purchase is not in
// the dataset, but whoever answers them later must know the purchase, and what is appended may bring them in.
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { exists } from "../base/files.ts";
import type { Dataset, Item } from "./dataset.ts";
import {
  fileTable,
  literal,
  readInt32Columns,
  readNumberColumns,
  readObjects,
  readRows,
  withDatabase,
  writeParquet,
} from "./duckdb.ts";
import { ITEM_COLUMNS, readItems } from "./item-table.ts";
import type { RawShop } from "./raw-shop.ts";
import { readTable } from "./read-table.ts";

const INTERACTIONS = "left-out-interactions.parquet";
const ITEMS = "left-out-items.parquet";
const USERS = "left-out-users.parquet";
/** Ids in one query. */
const CHUNK = 1000;

type Place = Pick<Dataset, "directory">;

/**
 * Write the interactions, the items and the facts on users of `before` that are not in `after`; nothing where nothing
 * was taken away.
 */
export async function writeLeftOut(directory: string, before: RawShop, after: RawShop): Promise<void> {
  const [users, items] = [new Set(after.users), new Set(after.items.map(({ itemId }) => itemId))];
  if (before.users.length === users.size && before.items.length === items.size) return;
  const columns = {
    userId: "VARCHAR",
    isUserKept: "BOOLEAN",
    itemId: "VARCHAR",
    place: "INTEGER",
    timestamp: before.timestamps && "DOUBLE",
    rating: before.ratings && "DOUBLE",
  };
  await writeParquet(join(directory, INTERACTIONS), columns, rowsOutside(before, users, items));
  const lost = before.items.filter(({ itemId }) => !items.has(itemId));
  if (lost.length > 0) await writeParquet(join(directory, ITEMS), ITEM_COLUMNS, lost);
  const facts = factsOutside(before, users);
  if (facts.length > 0) await writeParquet(join(directory, USERS), USER_COLUMNS, facts);
}

const USER_COLUMNS = { userId: "VARCHAR", attributes: "MAP(VARCHAR, VARCHAR)" };

interface UserFacts {
  readonly userId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function factsOutside({ users, userAttributes = [] }: RawShop, keptUsers: ReadonlySet<string>): UserFacts[] {
  return users.flatMap((userId, row) => {
    const attributes = userAttributes[row] ?? {};
    return keptUsers.has(userId) || Object.keys(attributes).length === 0 ? [] : [{ userId, attributes }];
  });
}

function* rowsOutside(
  { users, items, sequences, timestamps, ratings }: RawShop,
  keptUsers: ReadonlySet<string>,
  keptItems: ReadonlySet<string>,
): Generator<object> {
  for (let user = 0; user < users.length; user++) {
    const userId = users[user]!;
    const isUserKept = keptUsers.has(userId);
    const sequence = sequences[user]!;
    for (let place = 0; place < sequence.length; place++) {
      const { itemId } = items[sequence[place]!]!;
      if (isUserKept && keptItems.has(itemId)) continue;
      const [timestamp, rating] = [timestamps?.[user]?.[place], ratings?.[user]?.[place]];
      yield { userId, isUserKept, itemId, place, timestamp, rating };
    }
  }
}

/** Of `userIds`, those whom the filters took away, with the item ids they have, oldest first. */
export async function leftOutUsers(
  dataset: Place,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const histories = "userId, to_json(list(itemId ORDER BY place))::VARCHAR";
  const rows = await rowsOf(dataset, INTERACTIONS, {
    columns: histories,
    where: "NOT isUserKept",
    among: { column: "userId", ids: userIds },
    tail: "GROUP BY userId",
  });
  return new Map(rows.map(([userId, itemIds]) => [String(userId), JSON.parse(String(itemIds)) as string[]]));
}

/** Of `itemIds`, those that the filters took away. */
export async function leftOutItems(dataset: Place, itemIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await rowsOf(dataset, ITEMS, { columns: "itemId", among: { column: "itemId", ids: itemIds } });
  return new Set(rows.map(([itemId]) => String(itemId)));
}

/** All of them: for whoever looks for an id that was meant. */
export async function leftOutUserIds(dataset: Place): Promise<readonly string[]> {
  const rows = await rowsOf(dataset, INTERACTIONS, { columns: "DISTINCT userId", where: "NOT isUserKept" });
  return rows.map(([userId]) => String(userId));
}

/**
 * Everything that the filters took away: interaction r, by user and then by place, is that of `users[user[r]]` with
 * `itemIds[item[r]]`. In columns, as an object for each of a large shop is more than the heap holds.
 */
export interface LeftOutPart {
  /** External ids, each once. */
  readonly users: readonly string[];
  readonly itemIds: readonly string[];
  readonly user: Int32Array;
  readonly item: Int32Array;
  /** Position in the user's whole history. */
  readonly place: Int32Array;
  /** NaN where there is none. */
  readonly timestamp: Float64Array;
  readonly rating: Float64Array;
  /** Catalogue entries of items that were taken away. */
  readonly items: readonly Item[];
  /** Facts on users that were taken away, by external id; none in datasets of older versions. */
  readonly attributes: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Undefined where nothing was taken away. */
export async function leftOutPart(dataset: Place): Promise<LeftOutPart | undefined> {
  const [file, itemsFile] = [join(dataset.directory, INTERACTIONS), join(dataset.directory, ITEMS)];
  if (!(await exists(file))) return undefined;
  return withDatabase(async (database) => {
    const columns = await readTable(file, () => readInteractions(database, fileTable("read_parquet", file)));
    const items = (await exists(itemsFile)) ? await readItems(database, itemsFile) : [];
    return { ...columns, items, attributes: await readFacts(database, dataset) };
  });
}

async function readFacts(database: DuckDBConnection, { directory }: Place): Promise<LeftOutPart["attributes"]> {
  const file = join(directory, USERS);
  if (!(await exists(file))) return new Map();
  const rows = await readTable(file, () => readObjects(database, fileTable("read_parquet", file)));
  return new Map(rows.map(({ userId, attributes }) => [String(userId), attributes as Record<string, string>]));
}

async function readInteractions(
  database: DuckDBConnection,
  table: string,
): Promise<Omit<LeftOutPart, "items" | "attributes">> {
  const idsOf = async (column: string) =>
    (await readRows(database, `SELECT DISTINCT ${column} FROM ${table} ORDER BY ${column}`)).map(([id]) => String(id));
  const [users, itemIds] = [await idsOf("userId"), await idsOf("itemId")];
  const numberOf = (column: string) => `(dense_rank() OVER (ORDER BY ${column}) - 1)::INTEGER`;
  const rows = `FROM ${table} ORDER BY userId, place`;
  const [user, item, place] = await readInt32Columns(
    database,
    `SELECT ${numberOf("userId")}, ${numberOf("itemId")}, place::INTEGER ${rows}`,
  );
  const described = await readRows(database, `SELECT column_name FROM (DESCRIBE SELECT * FROM ${table})`);
  const doubles = (name: string) => (described.some(([column]) => column === name) ? name : "NULL");
  const [timestamp, rating] = await readNumberColumns(
    database,
    `SELECT ${doubles("timestamp")}::DOUBLE, ${doubles("rating")}::DOUBLE ${rows}`,
  );
  return { users, itemIds, user: user!, item: item!, place: place!, timestamp: timestamp!, rating: rating! };
}

interface Query {
  readonly columns: string;
  readonly where?: string | undefined;
  /** Only rows whose `column` is one of `ids`. */
  readonly among?: { readonly column: string; readonly ids: readonly string[] } | undefined;
  readonly tail?: string | undefined;
}

/** Of one of our files; no rows where it was never written. */
async function rowsOf({ directory }: Place, name: string, query: Query): Promise<unknown[][]> {
  const { columns, where = "true", among, tail = "" } = query;
  const file = join(directory, name);
  if (among?.ids.length === 0 || !(await exists(file))) return [];
  const source = `SELECT ${columns} FROM ${fileTable("read_parquet", file)} WHERE ${where}`;
  return readTable(file, () =>
    withDatabase(async (database) => {
      if (among === undefined) return readRows(database, `${source} ${tail}`);
      const rows: unknown[][] = [];
      for (let at = 0; at < among.ids.length; at += CHUNK) {
        const wanted = among.ids.slice(at, at + CHUNK).map(literal);
        const found = await readRows(database, `${source} AND ${among.column} IN (${wanted.join(", ")}) ${tail}`);
        for (const row of found) rows.push(row);
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
