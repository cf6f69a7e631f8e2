import { expect, it } from "vitest";
import { keywordsOf, termsIn, wordsOf } from "./words.ts";

it("splits at everything but letters and digits, folding case, accents and apostrophes", () => {
  expect(wordsOf("L'Oréal's EverPure—Shampoo, 8.5oz (Größe)")).toEqual([
    "loreals",
    "everpure",
    "shampoo",
    "8",
    "5oz",
    "große",
  ]);
});

it("keeps telling words once and drops measures, numbers and function words", () => {
  expect(keywordsOf("The Tent, a 2 Person TENT for 15 kg and 16oz in SPF30")).toEqual(["tent", "person", "spf30"]);
});

it("keeps the marks that make a Japanese or Thai sign, and drops accents beside them", () => {
  expect(wordsOf("バッグ・ｶﾊﾞﾝ café")).toEqual(["バッグ", "カバン", "cafe"]);
  expect(wordsOf("กระเป๋า ถุงผ้า")).toEqual(["กระเป๋า", "ถุงผ้า"]);
});

it("takes signs of scripts without spaces by pairs of neighbours, and other words as they are", () => {
  const terms = (text: string) => wordsOf(text).flatMap(termsIn);
  expect(terms("usbケーブル 茶 東京 10本")).toEqual(["usb", "ケー", "ーブ", "ブル", "茶", "東京", "10", "本"]);
  // Marks over a Thai letter are of that letter.
  expect(terms("ผ้าไหม")).toEqual(["ผ้า", "าไ", "ไห", "หม"]);
  expect(terms("Größe Ёлка 한국어 हिन्दी")).toEqual(wordsOf("Größe Ёлка 한국어 हिन्दी"));
});
