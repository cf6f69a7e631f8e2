import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { sha256 } from "./files.ts";
import { hashOfTexts, updatedByTexts } from "./hash-of-texts.ts";

it.each([[[]], [["tea"]], [["a", "", 'say "x",\n', "café 🍵", "half \ud83c"]]])("hashes %j as its JSON", (texts) => {
  expect(hashOfTexts(texts)).toBe(sha256(JSON.stringify(texts)));
});

it("takes texts one by one, so that they need not all be in memory", () => {
  function* texts() {
    yield "tea";
    yield "coffee";
  }
  expect(hashOfTexts(texts())).toBe(sha256('["tea","coffee"]'));
});

it("hashes what is longer than one block as its JSON, behind what was there before", () => {
  const texts = Array.from({ length: 30_000 }, (_, k) => `${k} 🍵 \ud83c ${"tea ".repeat(12)}`);
  const before = createHash("sha256").update("before");
  const after = createHash("sha256").update(`before${JSON.stringify(texts)}`);
  expect(updatedByTexts(before, texts).digest("hex")).toBe(after.digest("hex"));
});
