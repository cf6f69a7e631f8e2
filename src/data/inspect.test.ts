import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { directoryWith } from "../../test/support/temporary.ts";
import { inspectFile } from "./inspect.ts";

it("proposes a mapping, types and three rows for a gzip CSV", async () => {
  const lines = ["customer_id;SKU;date;stars;note", ...[1, 2, 3, 4].map((k) => `c${k};${k}0;2024-01-0${k};4.5;"a;b"`)];
  const directory = await directoryWith({ "orders.csv.gz": gzipSync(lines.join("\n")) });
  const inspection = await inspectFile(join(directory, "orders.csv.gz"));
  expect(inspection).toMatchObject({
    format: "csv",
    columns: [
      { name: "customer_id", type: "VARCHAR" },
      { name: "SKU", type: "BIGINT" },
      { name: "date", type: "DATE" },
      { name: "stars", type: "DOUBLE" },
      { name: "note", type: "VARCHAR" },
    ],
    mapping: { user: "customer_id", item: "SKU", timestamp: "date", rating: "stars" },
  });
  expect(inspection.rows).toHaveLength(3);
  expect(inspection.rows[1]).toEqual({ customer_id: "c2", SKU: "20", date: "2024-01-02", stars: "4.5", note: "a;b" });
});

it("keeps nested values of JSON lines", async () => {
  const directory = await directoryWith({ "items.jsonl": '{"asin":"a","categories":["x","y"],"price":2}\n' });
  const inspection = await inspectFile(join(directory, "items.jsonl"));
  expect(inspection.mapping).toEqual({ item: "asin", categories: "categories", price: "price" });
  expect(inspection.rows).toEqual([{ asin: "a", categories: ["x", "y"], price: 2 }]);
});

it("knows a P5 directory, and refuses other folders and absent files", async () => {
  const p5 = await directoryWith({ "sequential.txt": "1 2 3 4\n" });
  expect(await inspectFile(p5)).toMatchObject({ format: "p5", rows: [{ user: "1", items: "2 3 4" }] });
  const other = await directoryWith({});
  await expect(inspectFile(other)).rejects.toMatchObject({ name: "UsageError" });
  await expect(inspectFile(join(other, "none.csv"))).rejects.toMatchObject({ name: "UsageError" });
});

it("refuses a first line without end, without showing what was asked of DuckDB", async () => {
  const directory = await directoryWith({ "a.csv.gz": gzipSync("a,".repeat(33 << 20)) });
  const refusal = /a\.csv\.gz:1: found more than 64 MiB without an end of line, expected one record a line/;
  await expect(inspectFile(join(directory, "a.csv.gz"))).rejects.toThrow(refusal);
});

it("reads the file of that very name", async () => {
  const directory = await directoryWith({ "x[1].csv": "user,item\nright,1\n", "x1.csv": "user,item\nwrong,1\n" });
  expect((await inspectFile(join(directory, "x[1].csv"))).rows).toEqual([{ user: "right", item: "1" }]);
});

it("names the line of a malformed record among the first", async () => {
  const directory = await directoryWith({ "a.csv": "user,item\n1\n" });
  await expect(inspectFile(join(directory, "a.csv"))).rejects.toThrow(/a\.csv:2: found 1 columns/);
});

it("shows the first records of a table with a column called t", async () => {
  const directory = await directoryWith({ "a.csv": "uid,iid,t\nu1,p1,1700000000\n" });
  const { rows } = await inspectFile(join(directory, "a.csv"));
  expect(rows).toEqual([{ uid: "u1", iid: "p1", t: "1700000000" }]);
});
