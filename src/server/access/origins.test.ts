import { expect, it } from "vitest";
import { checkedOrigins } from "./origins.ts";

it("takes origins one by one and with commas between, ports, all, and those of apps", () => {
  expect(checkedOrigins(["https://shop.example, http://localhost:3000", "*", "capacitor://localhost"])).toEqual([
    "https://shop.example",
    "http://localhost:3000",
    "*",
    "capacitor://localhost",
  ]);
  expect(checkedOrigins([])).toEqual([]);
});

it.each([
  ["https://shop.example/", "https://shop.example"],
  ["https://Shop.example", "https://shop.example"],
  ["https://shop.example:443", "https://shop.example"],
  ["https://shop.example/cart?x=1", "https://shop.example"],
  ["shop.example", "https://shop.example"],
  ["shop.example:8080", "https://shop.example:8080"],
])("refuses %s, which no browser sends, and says what it means", (word, meant) => {
  expect(() => checkedOrigins([word])).toThrow(`--cors ${word}: expected an origin`);
  expect(() => checkedOrigins([word])).toThrow(`Did you mean ${meant}?`);
});

it("refuses an empty word", () => {
  expect(() => checkedOrigins(["https://shop.example,"])).toThrow("--cors : expected an origin");
});
