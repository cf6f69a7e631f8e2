import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { sha256 } from "./files.ts";
import { addBytes } from "./hash-of-bytes.ts";

const WHOLE = Uint8Array.from({ length: 40 }, (_, i) => 7 * i);

it.each([1, 3, 8, 40, 100])("gives in pieces of %i bytes the hash of all bytes at once", (atOnce) => {
  const expected = createHash("sha256").update(WHOLE).digest("hex");
  expect(addBytes(createHash("sha256"), WHOLE, atOnce).digest("hex")).toBe(expected);
  expect(sha256(WHOLE)).toBe(expected);
});

it("takes the part of a buffer that an array is of, and goes on from what the hash has", () => {
  const part = new Int32Array(WHOLE.buffer, 8, 5);
  const expected = createHash("sha256").update("so far ").update(WHOLE.subarray(8, 28)).digest("hex");
  expect(addBytes(createHash("sha256").update("so far "), part, 6).digest("hex")).toBe(expected);
});
