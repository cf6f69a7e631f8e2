import { describe, expect, it } from "vitest";
import type { Item } from "../data/dataset.ts";
import { attributesText, renderPrompt } from "./prompts.ts";
import type { Subject } from "./reasoner.ts";

// The wording is the paper's Figures 6 and 7, which print the Sports prompts.
const bottle: Item = {
  itemId: "B1",
  title: "Fruit infuser\nwater bottle",
  brand: "Infusia",
  price: 12.5,
  categories: ["Sports", "Bottles"],
  description: "Adds flavour to water.",
  attributes: { keywords: "water bottle" },
  sourceNumber: 1,
};
const item: Subject = { kind: "item", id: "B1", index: 0, item: bottle };
const domain = "sports product";

describe("item prompts", () => {
  it("ask for the users who might enjoy the item", () => {
    expect(renderPrompt(item, "positive", {}, domain)).toMatchInlineSnapshot(`
      "Instruction
      Based on the provided [ATTRIBUTES], assist me in summarizing which types of users might enjoy a specific sports product. Answer in one or two sentences.
      Information
      [ATTRIBUTES]: Title: Fruit infuser water bottle; Description: Adds flavour to water.; Brand: Infusia; Categories: Sports > Bottles; Price: 12.50; keywords: water bottle
      Response
      [POSITIVE]:"
    `);
  });

  it("quote the earlier answers when they ask for features", () => {
    const earlier = { positive: "Users who drink.", negative: "Users who\nprefer steel." };
    expect(renderPrompt(item, "feature", earlier, domain)).toMatchInlineSnapshot(`
      "Instruction
      Based on the provided [ATTRIBUTES], [POSITIVE], [NEGATIVE], assist me in identifying the possible features of a specific sports product. Answer in one or two sentences.
      Information
      [ATTRIBUTES]: Title: Fruit infuser water bottle; Description: Adds flavour to water.; Brand: Infusia; Categories: Sports > Bottles; Price: 12.50; keywords: water bottle
      [POSITIVE]: Users who drink.
      [NEGATIVE]: Users who prefer steel.
      Response
      [FEATURE]:"
    `);
  });

  it("leave missing fields out, and say so when nothing is known", () => {
    const bare: Item = { itemId: "B2", brand: "Acme", sourceNumber: 2 };
    expect(attributesText(bare)).toBe("Brand: Acme");
    expect(attributesText({ itemId: "B3", sourceNumber: 3 })).toBe("");
    const unknown: Subject = { kind: "item", id: "B3", index: 1, item: { itemId: "B3", sourceNumber: 3 } };
    expect(renderPrompt(unknown, "positive", {}, domain)).toContain("[ATTRIBUTES]: none recorded\n");
  });

  it("cut long descriptions at a word", () => {
    const text = attributesText({ ...bottle, description: "splash ".repeat(200) });
    expect(text).toMatch(/Description: splash .* splash \.\.\.; Brand/);
    expect(text.length).toBeLessThan(750);
  });
});

describe("user prompts", () => {
  const history = [
    { itemIndex: 4, item: { itemId: "B4", title: "Tent", sourceNumber: 5 }, feature: "Light tent for hikers." },
    { itemIndex: 2, item: { itemId: "B5", title: "Paddle", sourceNumber: 3 } },
  ];
  const user: Subject = { kind: "user", id: "U1", index: 0, history };

  it("list the history with attributes and features in the given order", () => {
    const earlier = { positive: "The user prefers outdoor gear." };
    expect(renderPrompt(user, "negative", earlier, domain)).toMatchInlineSnapshot(`
      "Instruction
      Based on the provided [HISTORY], [POSITIVE_USER], you will help identify the types of sports products the user is likely to dislike. Answer in one or two sentences.
      Information
      [HISTORY]: [Item_1: [ATTRIBUTES]: Title: Tent, [FEATURE]: Light tent for hikers.,
      Item_2: [ATTRIBUTES]: Title: Paddle]
      [POSITIVE_USER]: The user prefers outdoor gear.
      Response
      [NEGATIVE_USER]:"
    `);
  });

  it("ask for core interests last", () => {
    expect(renderPrompt(user, "feature", { positive: "p", negative: "n" }, domain)).toMatch(
      /core interests and preferences of the user\.[\s\S]*\[PREFERENCE\]:$/,
    );
  });
});
