import fc from "fast-check";
import { expect, it } from "vitest";
import { cutToTokens, estimateTokens } from "./token-count.ts";

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
  fc.assert(
    fc.property(words, fc.nat(12), (parts, limit) => {
      const text = parts.join("");
      let tokens = 0;
      let expected = text;
      for (const match of text.matchAll(PIECE)) {
        tokens += tokensOf(match[0]);
        if (tokens <= limit) continue;
        const space = text.lastIndexOf(" ", match.index);
        expected = `${text.slice(0, space > 0 ? space : match.index).trimEnd()} ...`;
        break;
      }
      expect(cutToTokens(text, limit)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
