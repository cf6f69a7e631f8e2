import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { readDelimited, splitRecord } from "./delimited-reader.ts";

const CSV = { delimiter: ",", quote: '"' };

describe("splitRecord", () => {
  it("reads quoted fields with delimiters and doubled quotes", () => {
    expect(splitRecord('a,"b,c","d ""e""",', CSV)).toEqual(["a", "b,c", 'd "e"', ""]);
  });

  it("takes a quote inside an unquoted field as it stands", () => {
    expect(splitRecord('5" pipe,x', CSV)).toEqual(['5" pipe', "x"]);
  });

  it("reads back what was quoted", () => {
    const field = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text));
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), (fields) => {
        const text = fields.map((value) => `"${value.replaceAll('"', '""')}"`).join(",");
        expect(splitRecord(text, CSV)).toEqual(fields);
      }),
    );
  });
});

describe("readDelimited", () => {
  it("counts lines, not records, and skips blank lines", async () => {
    const file = join(await temporaryDirectory(), "a.csv");
    await writeFile(file, 'u,i\r\n1,"two\nlines"\n\n3,4\n5,"open\n');
    const records = [];
    for await (const record of readDelimited(file, CSV)) records.push(record);
    expect(records.map(({ line, fields, isClosed }) => [line, fields.at(-1), isClosed])).toEqual([
      [1, "i", true],
      [2, "two\nlines", true],
      [5, "4", true],
      [6, "open", false],
    ]);
  });
});
