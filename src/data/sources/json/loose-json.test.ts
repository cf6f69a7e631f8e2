import { describe, expect, it } from "vitest";
import fc from "../../../../test/support/fc.ts";
import { looseToJson } from "./loose-json.ts";

const parsed = (text: string): unknown => JSON.parse(looseToJson(text));

/** As Python prints it: single quotes unless the text holds one and no double quote. */
function pythonLiteral(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value
      .replaceAll("\\", "\\\\")
      .replaceAll(quote, `\\${quote}`)
      .replaceAll("\n", "\\n")
      .replaceAll("\r", "\\r")
      .replaceAll("\t", "\\t");
    return `${quote}${escaped}${quote}`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  const members = Object.entries(value as object).map(
    ([key, member]) => `${pythonLiteral(key)}: ${pythonLiteral(member)}`,
  );
  return `{${members.join(", ")}}`;
}

const literal = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 3 },
    ),
  ),
})).value;

describe("looseToJson", () => {
  it("reads back every value that Python prints", () => {
    fc.assert(
      fc.property(literal, (value) => {
        expect(parsed(pythonLiteral(value))).toEqual(value);
      }),
    );
  });

  it("reads back every JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parsed(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("refuses or reads any text, and never throws anything else", () => {
    const text = fc.string({ unit: fc.constantFrom(..."{}[]()'\",:\\ 0a-+.eLuTrue\nN"), maxLength: 30 });
    fc.assert(
      fc.property(text, (any) => {
        try {
          JSON.parse(looseToJson(any));
        } catch (error) {
          expect((error as Error).name).toBe("LooseJsonError");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps every digit of a number", () => {
    expect(looseToJson("{'id': 1152921504606846977L, 'f': -0.10, 'g': +.5, 'h': 1., 'z': 007}")).toBe(
      '{"id":1152921504606846977,"f":-0.10,"g":0.5,"h":1,"z":7}',
    );
  });

  it.each([
    [`{u'a': "it's", b'b': r'\\d'}`, { a: "it's", b: "\\d" }],
    [String.raw`{'a': '\x41\u00e9\U0001F600\101\q\'', }`, { a: "A\u00e9\u{1F600}A\\q'" }],
    ["{'a': (1, 2,), 3: [NaN, -inf, Infinity]}", { a: [1, 2], 3: ["NaN", "-Infinity", "Infinity"] }],
    ["{'also': None, 'ok': True, 'no': False}", { also: null, ok: true, no: false }],
  ])("reads %s", (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  it.each(["{'a': open('x')}", "{'a' 1}", "{'a': 'x", "{'a': 1} 2", "{'a': toString}", "[".repeat(300), ""])(
    "refuses %s",
    (text) => {
      expect(() => looseToJson(text)).toThrow(expect.objectContaining({ name: "LooseJsonError" }));
    },
  );
});
