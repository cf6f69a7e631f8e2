import { expect, it } from "vitest";
import { lossWarning, nothingLeft, shopCounts } from "./filter-words.ts";
import { filterShop } from "./filters.ts";
import { limitHistories } from "./history-limits.ts";
import type { RawShop } from "./raw-shop.ts";

const shopOf = (lists: readonly (readonly number[])[], nItems: number): RawShop => ({
  users: lists.map((_, user) => `u${user}`),
  items: Array.from({ length: nItems }, (_, item) => ({ itemId: `i${item}`, sourceNumber: item + 1 })),
  sequences: lists.map((list) => Int32Array.from(list)),
});
const factsOf = (shop: RawShop, kCore: number, minLength: number) => ({
  kCore,
  minLength,
  areDefaults: true,
  before: shopCounts(shop),
  after: shopCounts(filterShop(shop, { kCore, minLength })),
});

it("advises the largest bounds that leave something, and only such", () => {
  const shop = shopOf(
    [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
      [0, 1, 2, 4],
      [5, 6, 7],
    ],
    8,
  );
  const { message } = nothingLeft("a.csv", shop, factsOf(shop, 5, 5));
  expect(message).toContain("--k-core 3 --min-length 3 keeps 3 users, 3 items and 9 interactions");
  expect(shopCounts(filterShop(shop, { kCore: 4, minLength: 4 })).users).toBe(0);
  const hopeless = shopOf(
    [
      [0, 1],
      [2, 3],
    ],
    4,
  );
  expect(nothingLeft("a.csv", hopeless, factsOf(hopeless, 5, 5)).message).toMatch(/nobody has more than 2/);
});

it("warns of defaults that lose much, with shares", () => {
  const lists = Array.from({ length: 20 }, (_, user) => (user < 6 ? [0, 1, 2, 3, 4] : [user % 5]));
  const shop = shopOf(lists, 5);
  expect(lossWarning(shop, factsOf(shop, 5, 5))).toMatch(/14 of 20 users \(70\.0 %\)/);
  expect(lossWarning(shop, { ...factsOf(shop, 5, 5), areDefaults: false })).toBeUndefined();
});

it("leaves users out by name and keeps the latest of long histories", () => {
  const shop = shopOf(
    [
      [0, 1, 2, 3],
      [1, 2],
    ],
    4,
  );
  expect(limitHistories(shop, { dropUser: ["u1"], maxHistory: 3 })).toMatchObject({
    users: ["u0"],
    sequences: [Int32Array.of(1, 2, 3)],
  });
  expect(() => limitHistories(shop, { dropUser: ["u0", "u7", "u1", "u8"] })).toThrow(/^--drop-user u7: .*no such user/);
});
