import { describe, expect, test } from "vitest";
import type { ExplainedTerm } from "./explanation.ts";
import { isGroupSupport, namesSources, termWords } from "./term-words.ts";

function term(name: string, ahead: number, facts: Partial<ExplainedTerm> = {}): ExplainedTerm {
  return { name, describes: "a term", says: "", adds: ahead, typical: 0, ahead, behind: [], ...facts };
}

const item = (title: string) =>
  ({
    kind: "item",
    item: { itemId: title, title },
    strength: 1,
    shares: [],
  }) as const satisfies ExplainedTerm["behind"][0];

const holders = (count: number) => ({ group: { neighbours: 50, holders: count, expected: 1.04 } });

describe("the group", () => {
  test("tells its count beside the one to expect", () => {
    expect(termWords(term("group", 0.7, holders(3)))).toBe("3 of 50 similar users have it (1.0 expected)");
    expect(isGroupSupport(term("group", 0.7, holders(3)))).toBe(true);
  });

  test("is no support where it holds an item no more often than everybody, whatever the weight", () => {
    const less = "1 of 50 similar users have it (1.0 expected): no more than of all users";
    expect(termWords(term("group", -0.2, holders(1)))).toBe(less);
    expect(termWords(term("group", 0.2, holders(1)))).toBe(`${less}; here this counts for it`);
    expect(isGroupSupport(term("group", 0.2, holders(1)))).toBe(false);
  });

  test("is no support either where its weight is below 0", () => {
    expect(termWords(term("group", -0.2, holders(3)))).toMatch(/expected\); here this counts against it$/);
    expect(isGroupSupport(term("group", -0.2, holders(3)))).toBe(false);
  });
});

test("somebody new has no similar users to count", () => {
  expect(termWords(term("group", 0))).toBe("who is like somebody new is not known, which says nothing of it");
});

test("neighbours name what an item was taken together with, two at most", () => {
  const behind = ["Tea", "Kettle", "Cup"].map(item);
  expect(termWords(term("neighbours", 2, { behind }))).toBe("taken together with Tea and Kettle, which the user has");
  expect(termWords(term("neighbours", 0))).toBe("not among what is most often taken close to what the user has");
});

test("other terms say which way they speak, and name what they were given", () => {
  const behind = [item("Tea")];
  const said = "its text beside those of the history";
  expect(termWords(term("text", 1, { behind }))).toBe(`${said} speaks for it; nearest: Tea`);
  const last = "the most similar text among the last five items";
  expect(termWords(term("nearest", 1, { behind }))).toBe(`${last} speaks for it; nearest: Tea`);
  expect(termWords(term("text", -1))).toBe(`${said} speaks against it`);
  expect(termWords(term("text", 0.004))).toBe(`${said} says next to nothing of it`);
  expect(termWords(term("popularity", -1, { people: 4 }))).toBe("4 people took it, which speaks against it");
  expect(termWords(term("weather", 1))).toBe("a term speaks for it");
});

test("users and items are named behind what speaks for an item alone", () => {
  expect([1, -1, 0.004].map((ahead) => namesSources(term("text", ahead)))).toEqual([true, false, false]);
  expect([3, 1].map((count) => namesSources(term("group", 0.2, holders(count))))).toEqual([true, false]);
  expect(namesSources(term("group", -0.2, holders(3)))).toBe(false);
  expect(namesSources(term("neighbours", -1))).toBe(true);
});
