import { describe, expect, it } from "vitest";
import { smallestOptions, tinyData, tinyNegatives } from "../../../../test/support/tiny-isrf.ts";
import type { SentenceSource } from "../../../data/index.ts";
import { validationQuestions } from "../../training/ranking-validation.ts";
import { validationPrompts } from "./validation-prompts.ts";

const { split } = tinyData({ nUsers: 30 });
const negatives = (user: number) => tinyNegatives(split, user);
const make = (seed = 1) =>
  validationPrompts(validationQuestions(split, negatives, 10, seed), smallestOptions({ maxHistory: 3 }));

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

  it("is refused where explanations alone are learnt and none of its users has one", () => {
    const options = { ...smallestOptions({}), tasks: "explanation" } as const;
    const questions = validationQuestions(split, negatives, 10, 1);
    const ofPairs = (has: boolean) =>
      ({ kind: "reviews", of: () => (has ? { text: "good" } : undefined) }) as unknown as SentenceSource;
    expect(() => validationPrompts(questions, options, ofPairs(false))).toThrow(/of 10 users that validate none/);
    expect(validationPrompts(questions, options, ofPairs(true)).explanation).toHaveLength(10);
    expect(validationPrompts(questions, { ...options, tasks: "three" }, ofPairs(false)).explanation).toEqual([]);
  });
});
