// When interactions of a dataset happened, where its source told.
import { join } from "node:path";
import { type Dataset, fileTable, readRows, withDatabase } from "../../data/index.ts";

const tableOf = ({ directory }: Pick<Dataset, "directory">): string =>
  fileTable("read_parquet", join(directory, "interactions.parquet"));

/** Rows of a query on the table of interactions; none for a dataset without times. */
async function timed(dataset: Pick<Dataset, "directory">, query: (table: string) => string): Promise<unknown[][]> {
  const table = tableOf(dataset);
  return withDatabase(async (database) => {
    const columns = (await readRows(database, `DESCRIBE SELECT * FROM ${table}`)).map(([name]) => name);
    if (!columns.includes("timestamp")) return [];
    return readRows(database, query(table));
  });
}

/** In seconds since 1970; undefined for a dataset without times. */
export async function newestInteraction(dataset: Pick<Dataset, "directory">): Promise<number | undefined> {
  const [row] = await timed(dataset, (table) => `SELECT max("timestamp")::DOUBLE FROM ${table}`);
  return row === undefined || row[0] === null ? undefined : Number(row[0]);
}

/** Interactions by item id, at or after `since` and before `until`, in seconds. */
export async function interactionsWithin(
  dataset: Pick<Dataset, "directory">,
  since: number,
  until: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await timed(
    dataset,
    (table) =>
      `SELECT itemId, count(*)::DOUBLE FROM ${table} WHERE "timestamp" >= ${since} AND "timestamp" < ${until} GROUP BY itemId`,
  );
  return new Map(rows.map(([item, count]) => [String(item), Number(count)]));
}

/** When a user took each item, by item id, in seconds. */
export async function timesOfUser(
  dataset: Pick<Dataset, "directory">,
  user: string,
): Promise<ReadonlyMap<string, number>> {
  const id = `'${user.replaceAll("'", "''")}'`;
  const rows = await timed(
    dataset,
    (table) => `SELECT itemId, "timestamp"::DOUBLE FROM ${table} WHERE userId = ${id} AND "timestamp" IS NOT NULL`,
  );
  return new Map(rows.map(([item, time]) => [String(item), Number(time)]));
}
