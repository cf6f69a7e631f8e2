import { expect, it } from "vitest";
import { sha256 } from "./files.ts";
import { hashOfTexts } from "./hash-of-texts.ts";

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
