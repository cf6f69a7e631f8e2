import { expect, test } from "vitest";
import type { Item } from "../../data/index.ts";
import { CatalogueIndex, type SpaceRequest } from "./catalogue-index.ts";

const ITEMS: readonly Item[] = [
  {
    itemId: "a",
    categories: ["Tea", "Green"],
    brand: "Opal",
    price: 5,
    attributes: { colour: "red" },
    sourceNumber: 1,
  },
  { itemId: "b", categories: ["Tea", "Black"], brand: "Foam", price: 9, sourceNumber: 2 },
  { itemId: "c", categories: ["Mugs"], brand: "Opal", attributes: { colour: "Blue" }, sourceNumber: 3 },
  { itemId: "d", sourceNumber: 4 },
];
const ids = new Map(ITEMS.map(({ itemId }, index) => [itemId, index]));
const index = new CatalogueIndex(ITEMS, ids, new Set());

test.each<[string, SpaceRequest, string]>([
  ["any of the categories", { filter: { categories: ["tea", "MUGS"] } }, "abc"],
  ["a whole path", { filter: { categories: ["Tea > Black"] } }, "b"],
  ["fields together", { filter: { categories: ["Tea"], brands: ["opal "] } }, "a"],
  ["prices; an item without one has none that fits", { filter: { price: { min: 5, max: 8 } } }, "a"],
  ["attributes", { filter: { attributes: { colour: ["blue"] } } }, "c"],
  ["what is not wanted", { filter: { not: { brands: ["Opal"], categories: ["Black"] } } }, "d"],
  ["what is available, without what is excluded", { available: ["a", "d", "x"], exclude: ["a"] }, "d"],
])("%s", (_, request, expected) => {
  const { space } = index.spaceOf(request);
  expect([...space.items!].map((item) => ITEMS[item]!.itemId).join("")).toBe(expected);
  expect(space.count).toBe(expected.length);
});

test("names that no item has find nothing, also those that every object knows, and are not kept", () => {
  for (const name of ["constructor", "toString", "__proto__", "size"]) {
    const { space, notices } = index.spaceOf({ filter: { attributes: { [name]: ["x"] } } });
    expect([space.count, notices]).toEqual([0, [`No item has the attribute ${name} "x".`]]);
    expect(index.spaceOf({ filter: { not: { attributes: { [name]: ["x"] } } } }).space.count).toBe(4);
  }
  const walked = { items: 0 };
  const counted = ITEMS.map((item) => ({
    ...item,
    get attributes() {
      walked.items++;
      return item.attributes;
    },
  }));
  const other = new CatalogueIndex(counted, ids, new Set());
  for (let at = 0; at < 50; at++) other.spaceOf({ filter: { attributes: { [`unknown ${at}`]: ["x"] } } });
  expect(walked.items).toBe(ITEMS.length);
});

test("spaces of a large catalogue make room for others before they fill the memory", () => {
  const many = Array.from({ length: 1000 }, () => ITEMS[0]!);
  const large = new CatalogueIndex(many, ids, new Set(), { maxBytes: 20_000 });
  const spaceFrom = (min: number) => large.spaceOf({ filter: { price: { min } } });
  const [first, ...others] = [0, 1, 2, 3, 4].map(spaceFrom);
  expect(spaceFrom(4)).toBe(others.at(-1));
  expect(spaceFrom(2)).toBe(others[1]);
  expect(spaceFrom(0)).not.toBe(first);
});

test("spaces that nothing fits make room as well: they name what was asked for", () => {
  const small = new CatalogueIndex(ITEMS, ids, new Set(), { maxBytes: 20_000 });
  const spaceOf = (at: number) => small.spaceOf({ filter: { categories: [`${at}${"x".repeat(4000)}`] } });
  const [first] = [0, 1, 2, 3, 4].map(spaceOf);
  expect(spaceOf(4)).toBe(spaceOf(4));
  expect(spaceOf(0)).not.toBe(first);
});

test("equal requests get the same space, the whole catalogue has none, and removed items are in no space", () => {
  const request = { filter: { brands: ["Opal"] } };
  expect(index.spaceOf(request)).toBe(index.spaceOf({ filter: { brands: ["Opal"] } }));
  expect(index.spaceOf({}).space.items).toBeUndefined();
  const without = new CatalogueIndex(ITEMS, ids, new Set([0]));
  expect([...without.spaceOf({}).space.items!]).toEqual([1, 2, 3]);
  expect([...without.spaceOf(request).space.items!]).toEqual([2]);
});

test("a request looks at the items of its groups, and of prices at those that were noted", () => {
  const looked = { prices: 0 };
  const counted = Array.from({ length: 500 }, (_, at) => ({
    itemId: `i${at}`,
    brand: `b${at % 100}`,
    sourceNumber: at,
    get price() {
      looked.prices++;
      return at;
    },
  }));
  const many = new CatalogueIndex(counted, new Map(), new Set([7]));
  for (let min = 0; min < 20; min++) {
    const { space } = many.spaceOf({ filter: { brands: ["b7"], price: { min } } });
    expect([...space.items!]).toEqual([107, 207, 307, 407]);
  }
  expect(looked.prices).toBe(500);
});

test("an index of items of which other things are said finds what one that is made anew finds", () => {
  const asked: SpaceRequest[] = [
    { filter: { categories: ["tea"] } },
    { filter: { brands: ["opal", "foam"], price: { min: 4 } } },
    { filter: { attributes: { colour: ["red"] } } },
    { filter: { attributes: { size: ["xl"] } } },
  ];
  for (const request of asked) index.spaceOf(request);
  const [a, b, c, d] = ITEMS as [Item, Item, Item, Item];
  const items = [
    { ...a, price: 3, attributes: {} },
    b,
    { ...c, categories: ["Tea"] },
    { ...d, attributes: { size: "XL" } },
  ];
  for (const removed of [new Set<number>(), new Set([1])]) {
    const taken = new CatalogueIndex(items, ids, removed, { before: index });
    const anew = new CatalogueIndex(items, ids, removed);
    for (const request of [{}, ...asked]) expect(taken.spaceOf(request)).toEqual(anew.spaceOf(request));
  }
  expect([...index.spaceOf(asked[0]!).space.items!]).toEqual([0, 1]);
});

test("a change of a price leaves the fields of the others unread", () => {
  const read = { brands: 0 };
  const counted = Array.from({ length: 300 }, (_, at) => ({
    itemId: `i${at}`,
    sourceNumber: at,
    get brand() {
      read.brands++;
      return "Opal";
    },
  }));
  const before = new CatalogueIndex(counted, new Map(), new Set());
  read.brands = 0;
  const items = counted.map((item, at) =>
    at === 7 ? { itemId: "i7", sourceNumber: 7, brand: "Opal", price: 9 } : item,
  );
  const taken = new CatalogueIndex(items, new Map(), new Set(), { before });
  expect(taken.spaceOf({ filter: { brands: ["Opal"] } }).space.count).toBe(300);
  expect(read.brands).toBe(1);
});

test("what nothing fits is said", () => {
  const { notices } = index.spaceOf({ filter: { brands: ["Nobody"] }, available: ["x", "a"] });
  expect(notices).toEqual([
    'No item has the brand "Nobody".',
    "available: 1 of 2 ids are no items of this run, such as x.",
  ]);
});

test("what should be kept out and is nowhere is told, too: a mistyped name keeps nothing out", () => {
  const not = { categories: ["Tee"], brands: ["Opa"], attributes: { colour: ["rde"] } };
  expect(index.spaceOf({ filter: { not }, exclude: ["x", "a"] }).notices).toEqual([
    'No item has the category "Tee".',
    'No item has the brand "Opa".',
    'No item has the attribute colour "rde".',
    "exclude: 1 of 2 ids are no items of this run, such as x.",
  ]);
});
