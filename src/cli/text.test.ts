import { expect, test } from "vitest";
import { printable, visible, visibleJson, wrap } from "./text.ts";

test("control characters and changes of reading direction become spaces", () => {
  expect(printable("a\u001b[31mb\r\nc\u202ed\u0007")).toBe("a [31mb c d");
});

test("letters of every script stay", () => {
  expect(printable("Grüße, 東京 ☕ שלום")).toBe("Grüße, 東京 ☕ שלום");
});

test("whatever is written spells out what a terminal would obey, and keeps its own lines", () => {
  expect(visible("one\ntwo\tthree\r\nfour")).toBe("one\ntwo\tthree\nfour");
  expect(visible("\u001b]0;title\u0007 \u009b31m \u202eabc\u2066 \ufeff\rover")).toBe(
    "\\u001b]0;title\\u0007 \\u009b31m \\u202eabc\\u2066 \\ufeff\\u000dover",
  );
});

test("joined emoji and letters stay as they are", () => {
  const words = "👩\u200d🔬 می\u200cخواهم 👍🏽";
  expect([visible(words), printable(words)]).toEqual([words, words]);
});

test("JSON says the same after it", () => {
  const value = { title: "a\u009b31m\u202eb\u2028c\u001b" };
  const json = visibleJson(JSON.stringify(value));
  expect(json).toBe('{"title":"a\\u009b31m\\u202eb\\u2028c\\u001b"}');
  expect(JSON.parse(json)).toEqual(value);
});

test("wraps between words, and leaves a long word whole", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("of warmStartLearningRate here", 10)).toEqual(["of", "warmStartLearningRate", "here"]);
});
