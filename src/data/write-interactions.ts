// `interactions.parquet`. There may be tens of millions of rows: they cross to DuckDB as numbers, in blocks, and get
// their ids there, from the tables of users and items beside the file.
import { join, resolve } from "node:path";
import { appendNumbers, execute, fileTable, literal, withDatabase } from "./duckdb.ts";
import type { RawShop } from "./raw-shop.ts";

const NUMBERED = ["INTEGER", "INTEGER", "INTEGER", "DOUBLE", "DOUBLE"] as const;

/** Write the file into `directory`, which holds `users.parquet` and `items.parquet`; `sequences` are rows of items. */
export async function writeInteractions(
  directory: string,
  sequences: readonly Int32Array[],
  { timestamps, ratings }: Pick<RawShop, "timestamps" | "ratings">,
): Promise<void> {
  const table = (name: string) => fileTable("read_parquet", join(directory, name), ["file_row_number=true"]);
  const further = [timestamps && ", x.timestamp", ratings && ", x.rating"].filter(Boolean).join("");
  const select = `SELECT u.userId, i.itemId, x.position${further} FROM numbered x
    JOIN ${table("users.parquet")} u ON u.file_row_number = x.userIndex
    JOIN ${table("items.parquet")} i ON i.file_row_number = x.itemIndex ORDER BY x.userIndex, x.position`;
  const file = literal(resolve(directory, "interactions.parquet"));
  await withDatabase(async (database) => {
    const names = ["userIndex", "itemIndex", "position", "timestamp", "rating"];
    await execute(database, `CREATE TABLE numbered (${names.map((name, c) => `${name} ${NUMBERED[c]}`).join(", ")})`);
    await appendNumbers(database, "numbered", NUMBERED, rowsOf(sequences, timestamps, ratings));
    await execute(database, `COPY (${select}) TO ${file} (FORMAT parquet, COMPRESSION zstd)`);
  });
}

function* rowsOf(
  sequences: readonly Int32Array[],
  timestamps: RawShop["timestamps"],
  ratings: RawShop["ratings"],
): Generator<(number | undefined)[]> {
  for (let user = 0; user < sequences.length; user++) {
    const sequence = sequences[user]!;
    const [times, stars] = [timestamps?.[user], ratings?.[user]];
    for (let position = 0; position < sequence.length; position++)
      yield [user, sequence[position]!, position, times?.[position], stars?.[position]];
  }
}
