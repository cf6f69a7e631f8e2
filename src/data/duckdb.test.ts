import { expect, it } from "vitest";
import { readObjects, readRows, withDatabase, withThreads } from "./duckdb.ts";

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
