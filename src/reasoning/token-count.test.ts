import { expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { cutAtWord, cutToTokens, estimateTokens } from "./token-count.ts";

const PIECE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu;

/** The rule as it is described, piece by piece. */
const tokensOf = (piece: string) =>
  /^\p{N}/u.test(piece) ? Math.ceil(piece.length / 3) : /^\p{L}/u.test(piece) ? Math.ceil(piece.length / 6) : 1;

const words = fc.array(
  fc.oneof(
    fc.constantFrom(
      "a",
      "shampoo",
      "straightforward",
      "12",
      "3.5",
      " ",
      "  ",
      "\n",
      "-",
      "!",
      "é",
      "éa",
      "口紅",
      "٣",
      "😀",
      "ß",
    ),
    fc.string({ maxLength: 4 }),
  ),
  { maxLength: 20 },
);

it("counts a token for six letters, three digits, one sign or one ideograph, in any script", () => {
  expect(estimateTokens("straightforward 12345 口紅 ok!")).toBe(3 + 2 + 2 + 1 + 1);
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join("");
      const expected = [...text.matchAll(PIECE)].reduce((sum, [piece]) => sum + tokensOf(piece), 0);
      expect(estimateTokens(text)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

it("cuts before the piece that goes beyond the limit, at a word", () => {
  expect(cutToTokens("one two three four", 2)).toBe("one two ...");
  expect(cutToTokens("one two", 2)).toBe("one two");
  const spaced = fc.array(fc.constantFrom("a", "shampoo", "straightforward", "12", "3.5", "-", "éa", "ok!"));
  fc.assert(
    fc.property(spaced, fc.integer({ min: 5, max: 12 }), (parts, limit) => {
      const whole = parts.filter((_, i) => estimateTokens(parts.slice(0, i + 1).join(" ")) <= limit);
      const expected = whole.length === parts.length ? parts.join(" ") : `${whole.join(" ")} ...`;
      expect(cutToTokens(parts.join(" "), limit)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

it("keeps the beginning of any text, within the limit and of whole signs", () => {
  fc.assert(
    fc.property(words, fc.nat(12), (parts, limit) => {
      const text = parts.join("");
      fc.pre(estimateTokens(text) > limit);
      const kept = cutToTokens(text, limit).slice(0, -" ...".length);
      expect(text.startsWith(kept)).toBe(true);
      expect(estimateTokens(kept)).toBeLessThanOrEqual(limit);
      expect(kept).not.toMatch(/\p{Surrogate}/u);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  { what: "Japanese behind a spaced title", text: `Lip Tint: ${"口紅の色が長持ちする".repeat(9)}`, kept: 60 },
  { what: "Chinese a little longer than the limit", text: `口红: ${"适合喜欢自然妆容的人".repeat(6)}`, kept: 60 },
  { what: "a word of 300 signs", text: `see ${"ab.".repeat(100)}`, kept: 60 },
])("fills the limit with $what", ({ text, kept }) => {
  expect(estimateTokens(cutToTokens(text, kept).slice(0, -" ...".length))).toBe(kept);
});

it("cuts no letter from the vowels over it where words are not parted", () => {
  expect(cutAtWord("ครีมกันที่", 9)).toBe("ครีมกัน");
});
