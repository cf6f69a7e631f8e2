import { expect, it } from "vitest";
import { categoryPath, plainText, price } from "./catalogue-values.ts";

it.each([
  ["  a\n b ", "a b"],
  ["Salt &amp; Pepper &#39;n&#x27; more", "Salt & Pepper 'n' more"],
  [["one", "two"], "one two"],
  [12, "12"],
  ["Unknown", undefined],
  ["nan", undefined],
  [[], undefined],
  [null, undefined],
])("makes plain text of %j", (value, expected) => {
  expect(plainText(value)).toBe(expected);
});

it.each([
  [12.5, 12.5],
  ["$1,299.00 - $1,499.00", 1299],
  ["EUR 3", 3],
  ["-4", undefined],
  ["free", undefined],
  [undefined, undefined],
])("reads the price of %j", (value, expected) => {
  expect(price(value)).toBe(expected);
});

it.each([
  [
    ["A", "B"],
    ["A", "B"],
  ],
  [
    [["A", "B"], ["C"]],
    ["A", "B"],
  ],
  ["Home > Kitchen > Pans", ["Home", "Kitchen", "Pans"]],
  ["Drama|Crime", ["Drama", "Crime"]],
  ["['Video Games', \"Men's\"]", ["Video Games", "Men's"]],
  ["'Beauty', 'Hair'", ["Beauty", "Hair"]],
  ["Toys, Games", ["Toys", "Games"]],
  ["", []],
  [null, []],
])("reads the category path of %j", (value, expected) => {
  expect(categoryPath(value)).toEqual(expected);
});
