import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { type ProgressEvent, silent } from "../../base/progress.ts";
import { readP5Directory } from "./p5.ts";

const SEQUENCES = "1 3 1 2\n2 2 4 1 5\n";

describe("readP5Directory", () => {
  it("keeps file order, source numbers and ids of the maps and the catalogue", async () => {
    const directory = await directoryWith({
      "sequential.txt": SEQUENCES,
      "datamaps.json": JSON.stringify({
        id2user: { 1: "ann", 2: "bob" },
        id2item: { 1: "a", 2: "b", 3: "c", 4: "d", 5: "e" },
      }),
      "items.jsonl": `${[
        {
          id: 3,
          asin: "x",
          title: "Soap",
          brand: "Unknown",
          price: 2.5,
          categories: ["Beauty", "Bath"],
          text: "a bar",
        },
        { id: 9, title: "never bought" },
        { id: 1, attributes: [7, 1], otherCategories: [["A", "B"], ["C"]], salesRank: { Beauty: 3 } },
      ]
        .map((item) => JSON.stringify(item))
        .join("\n")}\n`,
    });
    const events: ProgressEvent[] = [];
    const { shop, files } = await readP5Directory(directory, (event) => events.push(event));
    expect(shop.users).toEqual(["ann", "bob"]);
    const ids = shop.sequences.map((sequence) => Array.from(sequence, (item) => shop.items[item]!.itemId));
    expect(ids).toEqual([
      ["c", "a", "b"],
      ["b", "d", "a", "e"],
    ]);
    expect(shop.items.slice(0, 2)).toEqual([
      {
        itemId: "c",
        sourceNumber: 3,
        title: "Soap",
        price: 2.5,
        categories: ["Beauty", "Bath"],
        attributes: { keywords: "a bar" },
      },
      { itemId: "a", sourceNumber: 1, attributes: { otherCategories: "A > B; C", attributeIds: "7 1" } },
    ]);
    expect(files.map((file) => String(file).slice(directory.length + 1))).toEqual([
      "sequential.txt",
      "datamaps.json",
      "items.jsonl",
    ]);
    const messages = events.flatMap((event) => ("message" in event ? [event.message] : []));
    expect(messages).toEqual([
      "3 items have no line in the catalogue (items.jsonl).",
      "1 catalogue items without interactions were left out.",
    ]);
  });

  it("uses the file's numbers as ids when nothing else is given", async () => {
    const { shop } = await readP5Directory(await directoryWith({ "sequential.txt": SEQUENCES }), silent);
    expect(shop.users).toEqual(["1", "2"]);
    expect(shop.items.map((item) => item.itemId)).toEqual(["3", "1", "2", "4", "5"]);
  });

  it.each(["negatives.txt", "negative.txt", "negatives.txt.gz"])("reads %s", async (name) => {
    const { sequences, negatives } = withNegatives();
    const directory = await directoryWith({
      "sequential.txt": sequences,
      [name]: name.endsWith(".gz") ? gzipSync(negatives) : negatives,
    });
    const { shop } = await readP5Directory(directory, silent);
    const numbers = Array.from(shop.negatives![1]!, (item) => shop.items[item]!.sourceNumber);
    // User 2 owns 2, 3, 4; the negatives count up from 5.
    expect(numbers).toEqual(Array.from({ length: 99 }, (_, k) => k + 5));
  });
});

/** Users 1..150 with three items each, user u owning u, u + 1 and u + 2, and 99 negatives that start right after. */
function withNegatives(): { sequences: string; negatives: string } {
  const users = Array.from({ length: 150 }, (_, k) => k + 1);
  const wrap = (number: number) => ((number - 1) % 152) + 1;
  const line = (user: number, from: number, count: number) =>
    `${[user, ...Array.from({ length: count }, (_, k) => wrap(from + k))].join(" ")}\n`;
  return {
    sequences: users.map((user) => line(user, user, 3)).join(""),
    negatives: users.map((user) => line(user, user + 3, 99)).join(""),
  };
}

/** File, its content, and what the error says: line, found, expected. */
const MALFORMED: readonly [claim: string, files: Record<string, string | Uint8Array>, message: RegExp][] = [
  ["an empty file", { "sequential.txt": "" }, /sequential\.txt: found an empty file, expected a user number/],
  ["a word", { "sequential.txt": "1 2 3 4\n2 x 4 5\n" }, /sequential\.txt:2: found "x" as number 2, expected whole/],
  ["item 0", { "sequential.txt": "1 2 0 4\n" }, /sequential\.txt:1: found "0" as number 3/],
  ["an empty line", { "sequential.txt": "1 2 3 4\n\n2 3 4 5\n" }, /sequential\.txt:2: found an empty line/],
  [
    "a short line",
    { "sequential.txt": "1 2 3 4\n2 3 4\n" },
    /sequential\.txt:2: found 2 item numbers, expected a user/,
  ],
  ["a repeated item", { "sequential.txt": "1 2 3 4\n2 3 4 3\n" }, /sequential\.txt:2: found item 3 twice/],
  [
    "a repeated user",
    { "sequential.txt": "1 2 3 4\n1 3 4 5\n" },
    /sequential\.txt:2: found user 1, who stands on line 1/,
  ],
  [
    "broken maps",
    { "sequential.txt": SEQUENCES, "datamaps.json": '{"id2user": {' },
    /datamaps\.json: found .*expected valid JSON/,
  ],
  [
    "maps of another form",
    { "sequential.txt": SEQUENCES, "datamaps.json": '{"id2user": [true]}' },
    /datamaps\.json: found/,
  ],
  [
    "maps without an item",
    { "sequential.txt": SEQUENCES, "datamaps.json": '{"id2item": {"1": "a"}}' },
    /no id2item entry for item 3/,
  ],
  [
    "maps that join two users",
    { "sequential.txt": SEQUENCES, "datamaps.json": '{"id2user": {"1": "a", "2": "a"}}' },
    /datamaps\.json: found user id "a" for two numbers/,
  ],
  ["an empty catalogue", { "sequential.txt": SEQUENCES, "items.jsonl": "" }, /items\.jsonl: found an empty file/],
  [
    "a cut catalogue line",
    { "sequential.txt": SEQUENCES, "items.jsonl": '{"id": 1}\n{"id": 2, "ti' },
    /items\.jsonl:2: found malformed JSON .*cut short/,
  ],
  [
    "a wrong catalogue type",
    { "sequential.txt": SEQUENCES, "items.jsonl": '{"id": 1, "price": "2 $"}\n' },
    /items\.jsonl:1: found field "price"/,
  ],
  [
    "a catalogue id twice",
    { "sequential.txt": SEQUENCES, "items.jsonl": '{"id": 1}\n{"id": 1}\n' },
    /items\.jsonl:2: found item 1 again/,
  ],
  [
    "few negatives",
    { "sequential.txt": SEQUENCES, "negatives.txt": "1 2 3\n" },
    /negatives\.txt:1: found 2 items, expected one line a user/,
  ],
  [
    "negatives of a stranger",
    { "sequential.txt": SEQUENCES, "negatives.txt": "7 2 3\n" },
    /negatives\.txt:1: found user 7, who is not/,
  ],
  [
    "a file of broken gzip data",
    { "sequential.txt": SEQUENCES, "negatives.txt.gz": Buffer.from("1f8b0800000000000003ffff", "hex") },
    /negatives\.txt\.gz: found broken gzip data/,
  ],
];

describe("malformed P5 files", () => {
  it.each(MALFORMED)("names file, line and expectation for %s", async (_, files, message) => {
    const directory = await directoryWith(files);
    await expect(readP5Directory(directory, silent)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(message),
    });
  });

  const { sequences, negatives } = withNegatives();
  it.each([
    ["an owned item", negatives.replace("\n2 5 6", "\n2 4 6"), /:2: found item 4 of the user's own sequence/],
    ["a repeated negative", negatives.replace("\n2 5 6", "\n2 6 6"), /:2: found item 6 twice/],
    [
      "an unknown item",
      negatives.replace("\n2 5 6", "\n2 999 6"),
      /:2: found item 999, which is not in sequential.txt/,
    ],
    ["a user twice", negatives.replace("\n2 5", "\n1 5"), /:2: found user 1 for the second time/],
    ["a missing user", negatives.slice(0, negatives.indexOf("\n150 ") + 1), /found 149 lines and none for user 150/],
  ])("refuses negatives with %s", async (_, text, message) => {
    const directory = await directoryWith({ "sequential.txt": sequences, "negatives.txt": text });
    await expect(readP5Directory(directory, silent)).rejects.toThrow(message);
  });

  it("says that gzip data is cut short", async () => {
    const whole = gzipSync(negatives);
    const directory = await directoryWith({ "sequential.txt": sequences, "negatives.txt.gz": whole.subarray(0, 500) });
    await expect(readP5Directory(directory, silent)).rejects.toThrow(
      /negatives\.txt\.gz: found broken gzip data \(unexpected end of file\), expected a complete gzip file/,
    );
  });

  it("refuses a folder without sequential.txt as a usage error", async () => {
    const directory = await directoryWith({ "other.txt": "" });
    await expect(readP5Directory(join(directory), silent)).rejects.toMatchObject({ name: "UsageError" });
  });
});
