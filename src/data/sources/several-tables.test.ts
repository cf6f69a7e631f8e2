import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { withScratch } from "../../base/scratch.ts";
import { readRows, withDatabase } from "../duckdb.ts";
import { openTables } from "./several-tables.ts";

it("reads the lists of all files, where one of them has single values and another order of columns", async () => {
  const folder = await directoryWith({
    "1.jsonl": '{"user":"a","items":"x"}\n{"user":"b","items":null}\n',
    "2.jsonl": '{"Items":["y","z"],"User":"c"}\n{"Items":[],"User":"d"}\n',
  });
  const files = ["1.jsonl", "2.jsonl"].map((name) => ({ path: join(folder, name), name }));
  await withScratch((scratch) =>
    withDatabase(async (database) => {
      const source = await openTables(database, files, { format: "auto", scratch });
      expect([...source.lists!.keys()]).toEqual(["items"]);
      const rows = (take: "all" | "first") =>
        readRows(database, `SELECT * FROM ${source.listed!(["user", "items"], take)}`);
      expect(await rows("all")).toEqual([
        ["a", ["x"]],
        ["b", null],
        ["c", ["y", "z"]],
        ["d", []],
      ]);
      expect(await rows("first")).toEqual([
        ["a", "x"],
        ["b", null],
        ["c", "y"],
        ["d", null],
      ]);
    }),
  );
});
