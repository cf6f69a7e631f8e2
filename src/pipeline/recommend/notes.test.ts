import { expect, it } from "vitest";
import { noteOf } from "./notes.ts";

const known = { person: { userIndex: 3, note: undefined }, system: "isrf", fallback: undefined, wanted: 10 };
const listOf = (items: number[], generated?: number[]) => ({
  items: Int32Array.from(items),
  scores: new Float32Array(items.length),
  generated: generated && Int32Array.from(generated),
});

it("says why a list that was written freely is short, and nothing of others", () => {
  expect(noteOf({ ...known, list: listOf([5], [-1, 5, 5, -1]) })).toBe(
    "isrf writes freely (decoding=free): of the 4 texts that it wrote, 1 names an item that may be recommended.",
  );
  expect(noteOf({ ...known, list: listOf([], [-1]) })).toContain("0 name an item");
  expect(noteOf({ ...known, wanted: 1, list: listOf([5], [-1, 5]) })).toBeUndefined();
  expect(noteOf({ ...known, list: listOf([5]) })).toBeUndefined();
});

it("says so where training knew nothing of the user", () => {
  const person = { userIndex: undefined, note: "Two items are new." };
  expect(noteOf({ ...known, person, list: listOf([1]) })).toBe(
    "Two items are new. Training knew nothing of this user: isrf answers from the history alone.",
  );
  expect(noteOf({ ...known, person, fallback: "item-knn", list: listOf([1]) })).toBe("Two items are new.");
});
