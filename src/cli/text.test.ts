import { expect, test } from "vitest";
import { printable } from "./text.ts";

test("control characters and changes of reading direction become spaces", () => {
  expect(printable("a\u001b[31mb\r\nc\u202ed\u0007")).toBe("a [31mb c d");
});

test("letters of every script stay", () => {
  expect(printable("Grüße, 東京 ☕ שלום")).toBe("Grüße, 東京 ☕ שלום");
});
