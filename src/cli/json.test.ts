import { expect, test } from "vitest";
import { toJsonLine } from "./json.ts";

test("typed arrays are lists and big integers numbers", () => {
  expect(toJsonLine({ items: Int32Array.of(3, 1), rows: 12n })).toBe('{"items":[3,1],"rows":12}');
});

test("texts with line breaks stay on one line", () => {
  expect(toJsonLine({ title: "a\nb" })).toBe('{"title":"a\\nb"}');
});

test("nothing is null", () => {
  expect(toJsonLine(undefined)).toBe("null");
});
