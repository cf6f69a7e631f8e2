import { expect, test } from "vitest";
import { printable, wrap } from "./text.ts";

test("control characters and changes of reading direction become spaces", () => {
  expect(printable("a\u001b[31mb\r\nc\u202ed\u0007")).toBe("a [31mb c d");
});

test("letters of every script stay", () => {
  expect(printable("Grüße, 東京 ☕ שלום")).toBe("Grüße, 東京 ☕ שלום");
});

test("wraps between words, and leaves a long word whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("of warmStartLearningRate here", 10)).toEqual(["of", "warmStartLearningRate", "here"]);
});
