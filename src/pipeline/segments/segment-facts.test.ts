import { expect, test } from "vitest";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { splitLeaveLastTwo } from "../../data/index.ts";
import { segmentFacts } from "./segment-facts.ts";

const shop = tinyShop("nowhere");
const split = splitLeaveLastTwo(shop);

test("says what more users of a group have than users in general, each counted once", async () => {
  const of = Int32Array.from(split.prefixes, (_, user) => user % 2);
  const facts = await segmentFacts(shop, split, of, 2);
  const users = [...split.prefixes.keys()];
  expect(facts.map(({ size }) => size)).toEqual(
    [0, 1].map((group) => users.filter((user) => user % 2 === group).length),
  );
  expect(facts.every(({ shares, items }) => shares.length + items.length > 0)).toBe(true);
  const shareOf = (among: readonly number[], has: (item: number) => boolean) =>
    among.filter((user) => split.prefixes[user]!.some(has)).length / among.length;
  for (const [group, { shares, items }] of facts.entries()) {
    const own = users.filter((user) => user % 2 === group);
    for (const { what, share, shareOfAll } of shares) {
      const has = (item: number) =>
        shop.items[item]!.brand === what || shop.items[item]!.categories?.includes(what) === true;
      expect([share, shareOfAll]).toEqual([shareOf(own, has), shareOf(users, has)]);
      expect(share).toBeGreaterThan(shareOfAll);
    }
    for (const { item, share, shareOfAll } of items)
      expect([share, shareOfAll]).toEqual([shareOf(own, (one) => one === item), shareOf(users, (one) => one === item)]);
    const weights = items.map(({ share, shareOfAll }) => share * Math.log(share / shareOfAll));
    expect(weights.toSorted((a, b) => b - a)).toEqual(weights);
  }
});
