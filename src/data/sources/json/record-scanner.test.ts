import { describe, expect, it } from "vitest";
import fc from "../../../../test/support/fc.ts";
import { outlineOf, type RecordPath, scanRecords } from "./record-scanner.ts";

async function* pieces(text: string, size = text.length): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += Math.max(1, size)) yield text.slice(at, at + Math.max(1, size));
}

async function scan(text: string, path: RecordPath = [], size?: number): Promise<[number, string][]> {
  const found: [number, string][] = [];
  for await (const record of scanRecords(pieces(text, size), "f.json", path)) found.push([record.line, record.text]);
  return found;
}

describe("scanRecords", () => {
  it.each([
    ["one a line, with a byte order mark and blank lines", '\uFEFF{"a":1}\n\n \n{"a":2}\r\n', [1, 4]],
    ["an array", '[{"a":1}, {"a":2}]', [1, 1]],
    ["an array over many lines", '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2\n  }\n]\n', [2, 5]],
    ["one after the other", '{"a":1}{"a":2}', [1, 1]],
    ["with commas between lines", '{"a":1},\n{"a":2},\n', [1, 2]],
    ["with record separators", '\x1e{"a":1}\n\x1e{"a":2}\n', [1, 2]],
  ])("finds records %s", async (_, text, lines) => {
    const found = await scan(text);
    expect(found.map(([line]) => line)).toEqual(lines);
    expect(found.map(([, record]) => JSON.parse(record))).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("finds what stands where a record should, too", async () => {
    expect(await scan('{"a":1}\nhello 5\n[[1,2],"x",{"b":[3]}]')).toEqual([
      [1, '{"a":1}'],
      [2, "hello"],
      [2, "5"],
      [3, "[1,2]"],
      [3, '"x"'],
      [3, '{"b":[3]}'],
    ]);
  });

  it("follows the path to an array inside of wrappers", async () => {
    const text = '{"n": 2, "x": [{"a": 9}], "r": {"data": [{"a": 1}, {"a": "]}"}], "s": "q"}}';
    expect(await scan(text, ["r", "data"])).toEqual([
      [1, '{"a": 1}'],
      [1, '{"a": "]}"}'],
    ]);
  });

  it("finds the same records wherever the text is cut", async () => {
    const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 2),
        async (objects, size, indent) => {
          const found = await scan(
            JSON.stringify({ meta: ["a", { b: 1 }], data: objects }, null, indent),
            ["data"],
            size,
          );
          expect(found.map(([, record]) => JSON.parse(record))).toEqual(JSON.parse(JSON.stringify(objects)));
        },
      ),
    );
  });

  it.each([
    ['[{"a":1},\n{"a":2}', /f\.json:2: found the end of the file inside an array that is never closed/],
    ['{"data":[{"a":1}', /an array that is never closed/],
    ['{"a":1}}', /f\.json:1: found "}" that closes nothing/],
  ])("refuses %s", async (text, message) => {
    await expect(scan(text, text.startsWith('{"data"') ? ["data"] : [])).rejects.toThrow(message);
  });

  it("hands over a record that is cut short, for its parser to refuse", async () => {
    expect(await scan('{"a":1}\n{"a":')).toEqual([
      [1, '{"a":1}'],
      [2, '{"a":'],
    ]);
  });
});

describe("outlineOf", () => {
  const outline = (text: string) => outlineOf(pieces(text), "f.json");

  it("tells a wrapper with its arrays of objects", async () => {
    const text = '{"total": 3, "response": {"data": [{"a": [{"b": 1}]}, {"a": 2}], "errors": [{}]}, "tags": ["x"]}';
    expect(await outline(text)).toEqual({
      values: 1,
      isListed: false,
      arrays: [
        { path: ["response", "data"], objects: 2 },
        { path: ["response", "errors"], objects: 1 },
      ],
      innerObjects: ["response"],
    });
  });

  it("counts lines and elements alike", async () => {
    expect(await outline('{"a":[{"b":1}]}\n{"a":[]}')).toMatchObject({ values: 2, isListed: false });
    expect(await outline('[{"a":1},{"a":2}]')).toMatchObject({ values: 2, isListed: true });
  });

  it("names the members that are objects themselves", async () => {
    expect(await outline('{"0": {"a": {"b": 1}}, "1": {"a": {}}}')).toMatchObject({ innerObjects: ["0", "1"] });
  });
});
