import { expect, it } from "vitest";
import { textSentences } from "./text-sentences.ts";

const texts = (feature: string, positive = "") => ({ feature, positive, negative: "" });
const sentences = textSentences({
  items: [
    texts("Budget shampoo by Foamy: argan oil, curl care; goes with hair masks"),
    texts("Budget nail polish by Opal: shimmer, red"),
    texts("Budget nail file by Opal: emery"),
    texts(""),
  ],
  users: [texts("The user prefers budget offers and curl creams", "The user likes shimmer, argan")],
});

it("names the pair of phrases that shares the rarest words", () => {
  // "budget" stands in three of four texts, "curl" and "argan" in one each: the earlier phrase of the item wins.
  expect(sentences.of(0, 0)).toEqual({
    text: "It offers argan oil, which suits a liking for argan",
    feature: "argan oil",
  });
  expect(sentences.of(0, 1)!.text).toBe("It offers shimmer, which suits a liking for shimmer");
});

it("names a common feature where nothing rarer is shared, and nothing where the text is empty", () => {
  expect(sentences.of(0, 2)!.text).toBe("It offers Budget nail file by Opal, which suits a liking for budget offers");
  expect(sentences.of(0, 3)).toBeUndefined();
});
