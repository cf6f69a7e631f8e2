import { expect, it } from "vitest";
import type { Dataset } from "./dataset.ts";
import { isOwnedWhole, ownNegatives, shortQuestions } from "./owns-everything.ts";

const users = Array.from({ length: 12 }, (_, user) => `u${user}`);
const few = users.slice(1).map((_, user) => Int32Array.of(user, user + 1, user + 2));
const all = Int32Array.from({ length: 30 }, (_, item) => item);

it("names the one account that leaves no questions, with flags that help", () => {
  expect(shortQuestions(users, [all, ...few], 30)).toMatch(
    /leaves 0 instead of 99.*u0 alone has 30 of the 30 items.*--drop-user u0 or --max-history 3 would leave 27/,
  );
});

it("names nobody where all have much", () => {
  expect(shortQuestions(["a", "b"], [all, all], 30)).not.toMatch(/alone/);
  expect(shortQuestions(users, [few[0]!, ...few], 300)).toBeUndefined();
});

it("has negatives for everybody but the owner of everything", () => {
  const parts = { users, items: Array.from({ length: 30 }), sequences: [all, ...few], manifest: { options: {} } };
  const shop = parts as unknown as Dataset;
  expect(isOwnedWhole(shop)).toBe(true);
  expect(ownNegatives(shop, 0)).toHaveLength(0);
  expect(new Set(ownNegatives(shop, 1)).size).toBe(27);
  expect(ownNegatives(shop, 1)).toEqual(ownNegatives(shop, 1));
});

it("takes what nobody has for no choice, where it was asked to be kept", () => {
  const parts = { users, items: Array.from({ length: 40 }), sequences: [all, ...few] };
  const shop = (options: object) => ({ ...parts, manifest: { options } }) as unknown as Dataset;
  expect(isOwnedWhole(shop({}))).toBe(false);
  expect(isOwnedWhole(shop({ keepUnsold: true }))).toBe(true);
  expect(Math.max(...ownNegatives(shop({ keepUnsold: true }), 1))).toBeLessThan(30);
});
