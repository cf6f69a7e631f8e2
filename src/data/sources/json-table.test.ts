import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { withScratch } from "../../base/scratch.ts";
import { readRows, withDatabase } from "../duckdb.ts";
import { openTable } from "./open-table.ts";
import type { OpenOptions } from "./table-source.ts";

interface Read {
  readonly columns: readonly string[];
  readonly lists: readonly string[];
  readonly nested: Readonly<Record<string, readonly string[]>>;
  readonly rows: unknown[][];
  readonly notes: readonly string[];
  readonly lines: (number | undefined)[];
  readonly types: Readonly<Record<string, string>>;
}

async function read(content: string | Buffer, records?: readonly string[], name = "a.json"): Promise<Read> {
  const file = join(await temporaryDirectory(), name);
  await writeFile(file, content);
  return withScratch((scratch) => readTable(file, { format: "auto", records, scratch }));
}

function readTable(file: string, options: OpenOptions): Promise<Read> {
  return withDatabase(async (database) => {
    const source = await openTable(database, file, options);
    const rows = await source.read(() =>
      readRows(database, `SELECT * FROM ${source.listed?.(source.columns, "all") ?? source.sql()}`),
    );
    return {
      columns: source.columns,
      lists: [...(source.lists?.keys() ?? [])],
      nested: Object.fromEntries(source.nested ?? []),
      rows,
      notes: source.form.notes,
      lines: await Promise.all(rows.slice(0, 2).map(async (_, ordinal) => (await source.place(ordinal)).line)),
      types: Object.fromEntries(await source.types()),
    };
  });
}

const TWO = [
  ["ann", "7"],
  ["bob", "8"],
];

describe("a JSON file", () => {
  it.each([
    ["one object a line", '{"u":"ann","i":7}\n{"u":"bob","i":8}\n', [1, 2]],
    ["with a byte order mark", '\uFEFF{"u":"ann","i":7}\n{"u":"bob","i":8}', [1, 2]],
    ["with blank lines", '\n{"u":"ann","i":7}\n\n  \n{"u":"bob","i":8}\n\n', [2, 5]],
    ["an array on one line", '[{"u":"ann","i":7},{"u":"bob","i":8}]', [1, 1]],
    [
      "an array over many lines",
      JSON.stringify(
        [
          { u: "ann", i: 7 },
          { u: "bob", i: 8 },
        ],
        null,
        2,
      ),
      [2, 6],
    ],
    ["objects over many lines", '{\n "u":"ann",\n "i":7}\n{\n "u":"bob",\n "i":8}\n', [1, 4]],
    ["objects without ends of line", '{"u":"ann","i":7}{"u":"bob","i":8}', [1, 1]],
    ["a wrapper", '{"count": 2, "page": {"data": [{"u":"ann","i":7},\n{"u":"bob","i":8}]}}', [1, 2]],
    ["Python literals", "{'u': 'ann', 'i': 7}\n{u'u': u'bob', 'i': 8L, }\n", [1, 2]],
    ["JSON and Python mixed", "{\"u\":\"ann\",\"i\":7}\n{'u': 'bob', 'i': 8, 'x': None}\n", [1, 2]],
  ])("is read: %s", async (_, content, lines) => {
    const found = await read(content);
    expect(found.rows.map((row) => row.slice(0, 2))).toEqual(TWO);
    expect(found.lines).toEqual(lines);
    expect(await read(gzipSync(content), undefined, "a.json.gz")).toMatchObject({ columns: found.columns, lines });
  });

  it("has the columns of its last record, too", async () => {
    const lines = Array.from({ length: 3000 }, (_, k) => JSON.stringify({ u: `u${k}`, i: k }));
    lines.push('{"u":"z","i":1,"rating":4.5,"meta":{"when":1}}');
    const { columns, rows } = await read(lines.join("\n"));
    expect(columns).toEqual(["u", "i", "rating", "meta.when"]);
    expect(rows.at(-1)).toEqual(["z", "1", "4.5", "1"]);
  });

  it("opens objects, and lists of objects as lists", async () => {
    const { columns, lists, nested, rows, types } = await read(
      [
        '{"user":{"id":1,"geo":{"city":"Rome"}},"items":[{"id":"a","q":2},{"id":"b"}],"at":"x","tags":["p","q"]}',
        '{"user":{"id":"2"},"items":[],"at":null,"tags":"r","deep":[[1,2]]}',
      ].join("\n"),
    );
    expect(columns).toEqual(["user.id", "user.geo.city", "items.id", "items.q", "at", "tags", "deep"]);
    expect(lists).toEqual(["items.id", "items.q", "tags"]);
    expect(nested).toMatchObject({ user: ["user.id", "user.geo.city"], items: ["items.id", "items.q"] });
    expect(rows).toEqual([
      ["1", "Rome", ["a", "b"], ["2", null], "x", ["p", "q"], null],
      ["2", null, [], [], null, ["r"], "[[1,2]]"],
    ]);
    expect(types).toMatchObject({ "items.id": "VARCHAR[]", "items.q": "BIGINT[]", "user.id": "JSON", deep: "JSON" });
  });

  it("keeps an object with many keys as one column", async () => {
    const details = Object.fromEntries(Array.from({ length: 70 }, (_, k) => [`detail ${k}`, "x"]));
    const { columns } = await read(`${JSON.stringify({ u: 1, details })}\n{"u":2}\n`);
    expect(columns).toEqual(["u", "details"]);
  });

  it("keeps names that differ in case, and names with points, apart", async () => {
    const { columns, rows } = await read('{"Rating":1,"rating":2,"a.b":3,"a":{"b":4}}\n{"Rating":5}\n');
    expect(columns).toEqual(["Rating", "rating_2", "a.b", "a.b_2"]);
    expect(rows[0]).toEqual(["1", "2", "3", "4"]);
  });

  it("keeps every digit, and the words for no number", async () => {
    const { rows } = await read('{"u":1152921504606846977,"i":12345678901234567890123,"r":NaN}\n{"u":true,"i":"x"}\n');
    expect(rows).toEqual([
      ["1152921504606846977", "12345678901234567890123", "NaN"],
      ["true", "x", null],
    ]);
  });

  it("takes the named one of several arrays", async () => {
    const content = '{"users":[{"u":1}],"sales":[{"u":"ann","i":7},{"u":"bob","i":8}]}';
    expect((await read(content, ["sales"])).rows).toEqual(TWO);
    await expect(read(content)).rejects.toThrow(
      /a\.json: found one JSON object with several arrays of objects: "users" \(1\), "sales" \(2\).*--records users or/,
    );
  });

  it("is known by what it holds, not by its name", async () => {
    expect(await read('[{"u":"ann","i":7},{"u":"bob","i":8}]', undefined, "a.csv")).toMatchObject({ rows: TWO });
    expect(await read("u,i\nann,7\nbob,8\n", undefined, "a.json")).toMatchObject({ rows: TWO });
  });

  it.each([
    ['{"u":1}\n{"u":2,"u":3}\n', /a\.json:2: found "u" twice in one object/],
    ['[{"u":1},\n{"u":2}\n', /a\.json:3: found the end of the file inside an array that is never closed/],
    ['[{"u":1},\n{"u":', /a\.json:2: found malformed JSON .*cut short/],
    ['{"u":{"0":"a"},"i":{"0":"b"}}', /one JSON object whose members are objects \("u", "i".*pandas/],
    ['{"columns":["u"],"data":[["a"],["b"]]}\n{"x":1}{', /malformed/],
    ["[1,2]", /a\.json:1: found the value 1/],
    ["[]", /a\.json: found no records/],
  ])("is refused: %s", async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});
