import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { execute, fileTable, readObjects, readRows, withDatabase, withThreads, writeParquet } from "./duckdb.ts";

const threadsOf = () =>
  withDatabase(async (database) => {
    const [row] = await readRows(database, "SELECT current_setting('threads')");
    return Number(row![0]);
  });

it("databases use as many threads as whoever works with them was told, and no other does", async () => {
  const usual = await threadsOf();
  const [three, beside] = await Promise.all([withThreads(3, threadsOf), threadsOf()]);
  expect({ three, beside }).toEqual({ three: 3, beside: usual });
  expect(await withThreads(undefined, threadsOf)).toBe(usual);
});

it("records are read whole, whatever their columns are called", async () => {
  const rows = await withDatabase((database) => readObjects(database, "(SELECT 1 AS t, 'x' AS source)"));
  expect(rows).toEqual([{ t: 1, source: "x" }]);
});

describe("the next piece of work, though it may be given the same instance,", () => {
  const tables =
    "SELECT table_name FROM duckdb_tables() UNION ALL SELECT function_name FROM duckdb_functions() \
WHERE NOT internal";
  const secrets = "SELECT name FROM duckdb_secrets()";
  const threads = "SELECT current_setting('threads')";
  const databases = "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name LIKE 'theirs%'";

  const asked = (sql: string) => withDatabase((database) => readRows(database, sql));

  it.each([
    ["table", "CREATE TABLE t (a INTEGER)", tables],
    ["table of the connection", "CREATE TEMP TABLE t (a INTEGER)", tables],
    ["function", "CREATE MACRO twice(a) AS a * 2", tables],
    ["setting", "SET threads TO 1", threads],
    [
      "setting in small letters",
      "set preserve_insertion_order = false",
      "SELECT current_setting('preserve_insertion_order')",
    ],
    ["other database", "ATTACH ':memory:' AS theirs", databases],
    ["secret", "CREATE SECRET s (TYPE http, BEARER_TOKEN 'abc')", secrets],
  ])("finds no %s of the one before", async (_, sql, question) => {
    const before = await asked(question);
    await withDatabase((database) => execute(database, sql));
    expect(await asked(question)).toEqual(before);
  });

  it("reads a file anew that was replaced by one of the same size and time", async () => {
    const file = join(await temporaryDirectory(), "file.parquet");
    const write = async (a: number) => {
      await writeParquet(file, { a: "INTEGER" }, [{ a }]);
      await utimes(file, 1, 1);
      return (await stat(file)).size;
    };
    const read = () => asked(`SELECT a FROM ${fileTable("read_parquet", file)}`);
    const size = await write(1);
    expect(await read()).toEqual([[1]]);
    expect(await write(2)).toBe(size);
    expect(await read()).toEqual([[2]]);
  });
});
