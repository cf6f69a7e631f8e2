import { describe, expect, it } from "vitest";
import type { Item } from "./dataset.ts";
import { fitsAll, itemCondition } from "./item-conditions.ts";

const items: readonly Item[] = [
  { itemId: "a", title: "Green tea", categories: ["Drinks", "Tea"], brand: "Opal", price: 4.5, sourceNumber: 1 },
  { itemId: "b", title: "Tea pot", categories: ["Kitchen"], brand: "Rivulet", price: 20, sourceNumber: 2 },
  { itemId: "c", title: "Lamp", categories: ["Light"], price: 35, attributes: { Colour: "red" }, sourceNumber: 3 },
  { itemId: "d", sourceNumber: 4 },
];
const ids = (only: readonly string[], not: readonly string[] = []): string => {
  const conditions = (words: readonly string[], flag: string) => words.map((each) => itemCondition(each, flag, items));
  const [wanted, unwanted] = [conditions(only, "--only"), conditions(not, "--not")];
  return items
    .filter((item) => fitsAll(item, wanted, unwanted))
    .map(({ itemId }) => itemId)
    .join("");
};

describe("conditions on catalogue fields", () => {
  it.each([
    ["category=tea", "a"],
    ["category = Drinks > Tea", "a"],
    ["brand=OPAL", "a"],
    ["price<=20", "ab"],
    ["price<20", "a"],
    ["price>20", "c"],
    ["price>=20", "bc"],
    ["price=20", "b"],
    ["price=20.00", "b"],
    ["price=5..20", "b"],
    ["price=..20", "ab"],
    ["price=20..", "bc"],
    ["title~TEA", "ab"],
    ["colour=red", "c"],
  ])("%s fits %s", (words, expected) => {
    expect(ids([words])).toBe(expected);
  });

  it("of words that every object has are of no field, or of the attribute that some item has", () => {
    expect(() => itemCondition("constructor=x", "--only", items)).toThrow(/--only field constructor/);
    const odd = [...items, { itemId: "e", attributes: { constructor: "x" }, sourceNumber: 5 }];
    expect(odd.filter(itemCondition("constructor=x", "--only", odd).fits).map(({ itemId }) => itemId)).toEqual(["e"]);
    expect(odd.filter((item) => itemCondition("constructor=x", "--not", odd).fits(item))).toHaveLength(1);
  });

  it("of one field are alternatives, of several must all hold, and bounds hold together", () => {
    expect(ids(["category=tea", "category=light"])).toBe("ac");
    expect(ids(["category=tea", "brand=rivulet"])).toBe("");
    expect(ids(["price>=5", "price<=20"])).toBe("b");
  });

  it("of what is not wanted each takes its items away; an item without the field stays", () => {
    expect(ids([], ["price>20"])).toBe("abd");
    expect(ids([], ["brand=opal", "category=light"])).toBe("bd");
  });

  it.each([
    ["category", "expected FIELD=VALUE"],
    ["category=", "expected FIELD=VALUE"],
    ["categry=tea", "Did you mean category?"],
    ["category=tee", "no item fits. Did you mean Tea?"],
    ["price<=cheap", "no item fits"],
    ["price>100", "no item fits"],
    ["size=12", "expected one of category, brand, price, title, Colour"],
  ])("%s is refused: %s", (words, reason) => {
    expect(() => ids([words])).toThrow(reason);
  });
});
