import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { fileTable, readRows, withDatabase, writeParquet } from "./duckdb.ts";
import { writeInteractions } from "./write-interactions.ts";

const SEQUENCES = [Int32Array.of(1, 0, 2), Int32Array.of(2), Int32Array.of(0, 1)];

async function written(beside: Parameters<typeof writeInteractions>[2]) {
  const folder = await temporaryDirectory();
  const ids = (name: string, letters: string) => [...letters].map((id) => ({ [name]: id }));
  await writeParquet(join(folder, "users.parquet"), { userId: "VARCHAR" }, ids("userId", "xyz"));
  await writeParquet(join(folder, "items.parquet"), { itemId: "VARCHAR" }, ids("itemId", "abc"));
  await writeInteractions(folder, SEQUENCES, beside);
  const file = fileTable("read_parquet", join(folder, "interactions.parquet"));
  return withDatabase((database) => readRows(database, `SELECT * FROM ${file}`));
}

it("writes ids and places user by user, and no column that nothing is known of", async () => {
  expect(await written({})).toEqual([
    ["x", "b", 0],
    ["x", "a", 1],
    ["x", "c", 2],
    ["y", "c", 0],
    ["z", "a", 0],
    ["z", "b", 1],
  ]);
});

it("writes times and ratings beside them, a rating that is no number as none", async () => {
  const timestamps = SEQUENCES.map((sequence) => Float64Array.from(sequence, (_, at) => 1e9 + at / 4));
  const ratings = SEQUENCES.map((sequence) => Float64Array.from(sequence, (item) => (item === 0 ? Number.NaN : item)));
  const rows = await written({ timestamps, ratings });
  expect(rows.map((row) => row.slice(3))).toEqual([
    [1e9, 1],
    [1e9 + 0.25, null],
    [1e9 + 0.5, 2],
    [1e9, 2],
    [1e9, null],
    [1e9 + 0.25, 1],
  ]);
});
