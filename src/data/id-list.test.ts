import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeParquet } from "./duckdb.ts";
import { readIdList } from "./id-list.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const known = new Set(["ann", "bob", "user", "a,b", "7", "8.0"]);
const read = async (name: string, content: string | Uint8Array, column?: string): Promise<string> => {
  const file = join(root, name);
  await writeFile(file, content);
  const options = {
    of: "user",
    column,
    columnTodo: "Name it with --users-column.",
    isKnown: (id: string) => known.has(id),
  } as const;
  return (await readIdList(file, options)).map(({ id, line }) => `${id}@${line}`).join(" ");
};

describe("a file of ids", () => {
  it.each([
    ["plain.txt", "ann\nbob\n", "ann@1 bob@2"],
    ["windows.txt", "\uFEFFann\r\n bob \r\n\r\nann\r\n", "ann@1 bob@2"],
    ["with a name above.csv", "user_id\nann\nbob\n", "ann@2 bob@3"],
    ["with an id that is a name.txt", "user\nann\n", "user@1 ann@2"],
    ["with an unknown id that looks like a name.txt", "customer-17\nann\n", "customer-17@1 ann@2"],
    ["an id with a comma.txt", "a,b\nann\n", "a,b@1 ann@2"],
    ["quoted.csv", 'customer_id\n"a,b"\n', "a,b@2"],
    ["table.csv", "name;user_id;city\nAnn;ann;Rome\n;bob;\n", "ann@2 bob@3"],
    ["lines.jsonl", '{"user":"ann","age":3}\n{"user":7}\n', "ann@1 7@2"],
    ["long.jsonl", '{"user":9007199254740993}\n{"user":9007199254740995}\n', "9007199254740993@1 9007199254740995@2"],
    ["of a column with gaps.csv", "user_id,n\n7.0,1\n,2\n8.0,3\n9.0,4\n", "7@2 8.0@4 9.0@5"],
    ["one column.csv", "ann\nb,ob\n", "ann@1 b,ob@2"],
  ])("may be %s", async (name, content, expected) => {
    expect(await read(name, content)).toBe(expected);
  });

  it("may be packed, Parquet, or have the ids in a column that is named", async () => {
    expect(await read("packed.txt.gz", gzipSync("ann\nbob\n"))).toBe("ann@1 bob@2");
    expect(await read("odd.csv", "who,what\nann,x\nbob,y\n", "who")).toBe("ann@2 bob@3");
    const file = join(root, "users.parquet");
    await writeParquet(file, { user_id: "VARCHAR", n: "INTEGER" }, [{ user_id: "ann", n: 1 }, { n: 2 }]);
    const ids = await readIdList(file, {
      of: "user",
      columnTodo: "Name it with --users-column.",
      isKnown: () => false,
    });
    expect(ids).toEqual([{ id: "ann", line: 1 }]);
  });

  it.each([
    ["empty.txt", "\n\n", undefined, /empty\.txt: found no ids/],
    ["other.csv", "who,what\nann,x\n", "whom", /no column whom; it has who, what\. Name it with --users-column/],
    ["torn.jsonl", '{"user":"ann"}\n{"us\n', undefined, /torn\.jsonl:2: found no JSON object/],
    ["keys.jsonl", '{"a":"ann","b":1}\n', undefined, /keys\.jsonl:1: which of its columns holds the user ids/],
  ])("is refused where it is none: %s", async (name, content, column, reason) => {
    await expect(read(name, content, column)).rejects.toThrow(reason);
  });
});
