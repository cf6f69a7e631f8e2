import { expect, it } from "vitest";
import { keywordsOf, wordsOf } from "./words.ts";

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
