import { expect, test } from "vitest";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { splitLeaveLastTwo } from "../../data/index.ts";
import { SharedFeatures } from "./features.ts";

const shop = tinyShop("nowhere");
const split = splitLeaveLastTwo(shop);

test("items share their deepest common category, brand, tier and words of the title that are not said already", () => {
  const features = new SharedFeatures(shop, split);
  // Items 0 and 6: both nail polish by Opal; "red polish lacquer" and "green shimmer polish", prices 3 and 5.
  expect(features.ofItems(0, 6)).toEqual(["Nail Polish", "Opal", "budget price"]);
  // Items 0 and 1: nail polish and nail file, of one range; Opal and Filette.
  expect(features.ofItems(0, 1)[0]).toBe("Nails");
  // Items 0 and 2: nail polish and shampoo. All of the shop is "Beauty", which tells nothing about two of them.
  expect(features.ofItems(0, 2)).not.toContain("Beauty");
});

test("users share categories and brands of training histories only", async () => {
  const features = new SharedFeatures(shop, split);
  await features.forUsers();
  // Users 0 and 3 keep to nail polish; user 1 to nail files, of which user 0 has one. Everybody has "Beauty".
  expect(features.ofUsers(0, 3)).toContain("Nail Polish");
  expect(features.ofUsers(0, 3)).not.toContain("Beauty");
  expect(features.ofUsers(0, 1)).toContain("Nail Files");
  expect(features.ofUsers(0, 1)).not.toContain("Nail Polish");
});

test("words of the texts count when both users have them and few others do", async () => {
  const features = new SharedFeatures(shop, split);
  await features.forUsers();
  const chain = { positive: "", negative: "", feature: "glitter shopper" };
  const texts = new Map([0, 3].map((user) => [user, chain]));
  const wordHolders = new Map([
    ["glitter", 2],
    ["shopper", shop.users.length],
  ]);
  const shared = features.ofUsers(0, 3, {
    source: "rules",
    texts,
    writers: new Map(),
    wordHolders,
  });
  expect(shared).toContain("glitter");
  expect(shared).not.toContain("shopper");
});
