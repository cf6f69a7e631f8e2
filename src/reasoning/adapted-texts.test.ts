import { expect, it } from "vitest";
import type { Item } from "../data/index.ts";
import { adaptedTexts } from "./adapted-texts.ts";
import type { ItemSubject, UserSubject } from "./reasoner.ts";

const hair = ["Beauty", "Hair Care"];
const subject = (itemId: string, item: Omit<Item, "itemId" | "sourceNumber">): ItemSubject => ({
  kind: "item",
  id: itemId,
  index: 0,
  item: { itemId, sourceNumber: 1, ...item },
});
const rose = subject("r", { title: "Rose Shampoo, 12 oz", brand: "Aveda", categories: [...hair, "Shampoos"] });
const mint = subject("m", { title: "Mint Wash (8 oz)", brand: "Lush", categories: [...hair, "Cleansers"] });

it("puts an item's own names where the other's stood, and names it in FEATURE", () => {
  const texts = {
    positive: "Users who trust AVEDA may like Rose Shampoo, 12 oz.",
    negative: "It may not suit users who avoid shampoos.",
    feature: "A gentle product by Aveda for clean hair.",
  };
  expect(adaptedTexts(texts, rose, mint)).toEqual({
    positive: "Users who trust Lush may like Mint Wash (8 oz).",
    negative: "It may not suit users who avoid Cleansers.",
    feature: "Mint Wash (8 oz) (Lush, Cleansers): A gentle product by Lush for clean hair.",
  });
});

it("takes no text that tells a word or a number which is the other's alone", () => {
  const plain = { positive: "Users who like care.", negative: "Others.", feature: "Hair care." };
  expect(adaptedTexts({ ...plain, positive: "Users who love the scent of rose." }, rose, mint)).toBeUndefined();
  expect(adaptedTexts({ ...plain, feature: "It holds 12 ounces." }, rose, mint)).toBeUndefined();
  expect(adaptedTexts(plain, rose, mint)).toBeDefined();
  // A brand that the item lacks is a name of somebody else's.
  const plainMint = subject("p", { title: "Mint Wash", categories: hair });
  expect(adaptedTexts({ ...plain, feature: "Made by Aveda." }, rose, plainMint)).toBeUndefined();
});

it("names a user by the brands and categories of the own history", () => {
  const user = (items: readonly ItemSubject[]): UserSubject => ({
    kind: "user",
    id: "u",
    index: 0,
    history: items.map(({ item, index }) => ({ itemIndex: index, item })),
  });
  const texts = { positive: "Likes hair care.", negative: "Dislikes scent.", feature: "Cares for hair." };
  const taken = adaptedTexts(texts, user([rose]), user([mint, rose, mint]));
  expect(taken?.feature).toBe("Lush, Aveda, Cleansers, Shampoos: Cares for hair.");
  expect(taken?.positive).toBe(texts.positive);
  expect(adaptedTexts({ ...texts, positive: "Buys Aveda." }, user([rose]), user([mint]))).toBeUndefined();
});
