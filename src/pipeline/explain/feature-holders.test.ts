import { expect, test } from "vitest";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { splitLeaveLastTwo } from "../../data/index.ts";
import { countFeatureHolders } from "./feature-holders.ts";

test("counts the users who have something of a category or brand in training, each once", async () => {
  const shop = tinyShop("nowhere");
  const split = splitLeaveLastTwo(shop);
  const counted = await countFeatureHolders(shop, split);
  const names = new Set(shop.items.flatMap(({ categories = [], brand = "" }) => [...categories, brand]));
  names.delete("");
  expect(new Set(counted.keys())).toEqual(names);
  for (const name of names) {
    const has = (item: number) => shop.items[item]!.brand === name || shop.items[item]!.categories?.includes(name);
    expect(counted.get(name)).toBe(split.prefixes.filter((items) => items.some((item) => has(item))).length);
  }
});
