import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import type { Item } from "../../data/index.ts";
import { membersBy, movedMembers } from "./members.ts";

const brandOf = ({ brand }: Item) => (brand === undefined ? [] : [brand]);

test("members that are moved are those that are found anew, and groups that stay are the same", () => {
  const random = Random.of(4);
  const itemAt = (at: number): Item => {
    const brand = random.below(6);
    return { itemId: `i${at}`, sourceNumber: at, brand: brand === 0 ? undefined : `Brand ${brand}` };
  };
  let items: Item[] = Array.from({ length: 30 }, (_, at) => itemAt(at));
  let members = membersBy(items, brandOf);
  for (let round = 0; round < 40; round++) {
    const changed = [...new Set([random.below(30), random.below(30)])];
    const before = items;
    items = items.map((item, at) => (changed.includes(at) ? itemAt(at) : item));
    const moved = movedMembers(members, { before, items, changed }, brandOf);
    expect(moved).toEqual(membersBy(items, brandOf));
    expect(members).toEqual(membersBy(before, brandOf));
    const touched = changed.flatMap((at) => [before[at]!.brand?.toLowerCase(), items[at]!.brand?.toLowerCase()]);
    for (const [brand, group] of members) if (!touched.includes(brand)) expect(moved.get(brand)).toBe(group);
    members = moved;
  }
});
