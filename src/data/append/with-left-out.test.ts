import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { leftOutPart, writeLeftOut } from "../left-out.ts";
import type { RawShop } from "../raw-shop.ts";
import { withLeftOut } from "./with-left-out.ts";

const ids = ["tea", "mug", "Käse", "10", "9"];
const items = ids.map((itemId, index) => ({ itemId, sourceNumber: index + 1, title: `${itemId}!` }));
const before: RawShop = {
  users: ["zoe", "Änne", "10", "9"],
  items,
  sequences: [[0, 2, 1, 3], [4], [3, 0, 4, 1], [2, 1]].map((list) => Int32Array.from(list)),
  timestamps: [[1, 2, 3, 4], [9], [5, 6, Number.NaN, 8], [1, 7]].map((list) => Float64Array.from(list)),
  ratings: [[5, 4, 3, 2], [1], [Number.NaN, 2, 3.5, 4], [5, 5]].map((list) => Float64Array.from(list)),
};
/** Without the users Änne and 9, and the items Käse and 9. */
const after: RawShop = {
  users: ["zoe", "10"],
  items: [items[0]!, items[1]!, items[3]!],
  sequences: [Int32Array.of(0, 1, 2), Int32Array.of(2, 0, 1)],
  timestamps: [Float64Array.of(1, 3, 4), Float64Array.of(5, 6, 8)],
  ratings: [Float64Array.of(5, 3, 2), Float64Array.of(Number.NaN, 2, 4)],
};

/** By user: item, time and rating of each interaction. */
const told = ({ users, items: all, sequences, timestamps, ratings }: RawShop) =>
  Object.fromEntries(
    users.map((user, row) => [
      user,
      Array.from(sequences[row]!, (item, at) => [all[item]!.itemId, timestamps?.[row]?.[at], ratings?.[row]?.[at]]),
    ]),
  );

it("is put back where it was, with its times and ratings, users and items that were left out last", async () => {
  const directory = await temporaryDirectory();
  await writeLeftOut(directory, before, after);
  const whole = withLeftOut(after, await leftOutPart({ directory }));
  expect(told(whole)).toEqual(told(before));
  expect(whole.users).toEqual(["zoe", "10", "9", "Änne"]);
  expect(whole.items.map(({ itemId }) => itemId)).toEqual(["tea", "mug", "10", "Käse", "9"]);
  expect(whole.items[3]).toEqual(items[2]);
});

it("has no times and ratings where the shop has none", async () => {
  const directory = await temporaryDirectory();
  const plain = ({ timestamps: _t, ratings: _r, ...rest }: RawShop): RawShop => rest;
  await writeLeftOut(directory, plain(before), plain(after));
  const whole = withLeftOut(plain(after), await leftOutPart({ directory }));
  expect(told(whole)).toEqual(told(plain(before)));
  expect([whole.timestamps, whole.ratings]).toEqual([undefined, undefined]);
});

it("is nothing where nothing was left out", async () => {
  const directory = await temporaryDirectory();
  await writeLeftOut(directory, before, before);
  expect(withLeftOut(before, await leftOutPart({ directory }))).toBe(before);
});

it("has the facts on users who were left out, whether others have some or not", async () => {
  const directory = await temporaryDirectory();
  const facts = [{ city: "Rome" }, { city: "Bern" }, {}, {}];
  await writeLeftOut(directory, { ...before, userAttributes: facts }, after);
  const part = await leftOutPart({ directory });
  // "zoe", "10", "9", "Änne"
  const kept = { ...after, userAttributes: [{ city: "Rome" }, {}] };
  expect(withLeftOut(kept, part).userAttributes).toEqual([{ city: "Rome" }, {}, {}, { city: "Bern" }]);
  expect(withLeftOut(after, part).userAttributes).toEqual([{}, {}, {}, { city: "Bern" }]);
});
