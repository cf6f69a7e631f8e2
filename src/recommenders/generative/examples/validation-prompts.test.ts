import { describe, expect, it } from "vitest";
import { smallestOptions, tinyData, tinyNegatives } from "../../../../test/support/tiny-isrf.ts";
import { validationQuestions } from "../../training/ranking-validation.ts";
import { validationPrompts } from "./validation-prompts.ts";

const { split } = tinyData({ nUsers: 30 });
const make = (seed = 1) =>
  validationPrompts(
    validationQuestions(split, (user) => tinyNegatives(split, user), 10, seed),
    smallestOptions({ maxHistory: 3 }),
  );

describe("the validation set", () => {
  it("asks the same users in both tasks for their validation item, the test item nowhere", () => {
    const { sequential, direct } = make();
    expect(direct.map(({ userIndex }) => userIndex)).toEqual(sequential.map(({ userIndex }) => userIndex));
    expect(new Set(sequential.map(({ userIndex }) => userIndex)).size).toBe(10);
    for (const { userIndex, items, target, excluded } of sequential) {
      expect(target).toBe(split.valid[userIndex]);
      expect([...items]).toEqual([...split.prefixes[userIndex]!.slice(-3)]);
      expect(excluded).toEqual(split.prefixes[userIndex]);
    }
    for (const { userIndex, items, target, allowed } of direct) {
      expect(target).toBe(split.valid[userIndex]);
      expect(items.filter((item) => item === target)).toHaveLength(1);
      expect(new Set(items).size).toBe(10);
      expect(allowed).toEqual(items);
    }
  });

  it("is fixed by the seed, and does not put the target first", () => {
    expect(make()).toEqual(make());
    expect(make(2)).not.toEqual(make());
    const places = new Set(make().direct.map(({ items, target }) => items.indexOf(target!)));
    expect(places.size).toBeGreaterThan(3);
  });
});
