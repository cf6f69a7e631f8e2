import { expect, it } from "vitest";
import { spacesIn } from "./spaces.ts";

const ORDER = Int32Array.of(3, 0, 4, 2, 1);

it("holds the items of a question in the order of all", () => {
  const { items, isMember } = spacesIn(ORDER)(Int32Array.of(1, 2, 3));
  expect([...items]).toEqual([3, 2, 1]);
  expect([...isMember!]).toEqual([0, 1, 1, 1, 0]);
});

it("is worked out once for all questions that share the array", () => {
  const spaceOf = spacesIn(ORDER);
  const among = Int32Array.of(4, 0);
  expect(spaceOf(among)).toBe(spaceOf(among));
  expect(spaceOf(among.slice())).not.toBe(spaceOf(among));
});

it("is the catalogue where nothing is said", () => {
  expect(spacesIn(ORDER)(undefined)).toEqual({ items: ORDER, isMember: undefined });
});
