import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { filterShop } from "./filters.ts";
import { numberByAppearance } from "./number-by-appearance.ts";
import type { RawShop } from "./raw-shop.ts";

function shopOf(sequences: readonly number[][], nItems: number): RawShop {
  return {
    users: sequences.map((_, u) => `u${u}`),
    items: Array.from({ length: nItems }, (_, k) => ({ itemId: `i${k}`, sourceNumber: k + 1 })),
    sequences: sequences.map((sequence) => Int32Array.from(sequence)),
    timestamps: sequences.map((sequence) => Float64Array.from(sequence, (item) => 100 + item)),
  };
}

describe("filterShop", () => {
  it("leaves every user and item with k interactions, in order", () => {
    const shops = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1 }), { maxLength: 12 });
    fc.assert(
      fc.property(shops, fc.integer({ min: 0, max: 4 }), (sequences, kCore) => {
        const shop = filterShop(shopOf(sequences, 12), { kCore, minLength: 3 });
        const counts = new Map<number, number>();
        for (const sequence of shop.sequences) {
          expect(sequence.length).toBeGreaterThanOrEqual(Math.max(3, kCore));
          for (const item of sequence) counts.set(item, (counts.get(item) ?? 0) + 1);
        }
        shop.items.forEach((_, item) => {
          expect(counts.get(item)).toBeGreaterThanOrEqual(Math.max(1, kCore));
        });
        shop.sequences.forEach((sequence, u) => {
          const original = sequences[Number(shop.users[u]!.slice(1))]!.map((item) => `i${item}`);
          const ids = Array.from(sequence, (item) => shop.items[item]!.itemId);
          expect(original.filter((id) => ids.includes(id))).toEqual(ids);
          expect(Array.from(shop.timestamps![u]!, (time) => `i${time - 100}`)).toEqual(ids);
        });
      }),
    );
  });

  it("removes in rounds: dropping an item can drop a user", () => {
    const sequences = [
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 3],
    ];
    // Item 3 occurs once; without it the third user has two items.
    expect(filterShop(shopOf(sequences, 4), { kCore: 2, minLength: 3 }).users).toEqual(["u0", "u1"]);
  });

  it("drops published negatives only when items were removed", () => {
    const negatives = [Int32Array.of(3), Int32Array.of(3), Int32Array.of(3)];
    const shop = {
      ...shopOf(
        [
          [0, 1, 2],
          [0, 1, 2],
          [0, 1],
        ],
        3,
      ),
      negatives,
    };
    expect(filterShop(shop, { kCore: 0, minLength: 3 }).negatives).toHaveLength(2);
    const withRare = {
      ...shopOf(
        [
          [0, 1, 2],
          [0, 1, 2],
          [0, 1, 3],
        ],
        4,
      ),
      negatives,
    };
    expect(filterShop(withRare, { kCore: 2, minLength: 3 }).negatives).toBeUndefined();
  });
});

it("numbers items by first appearance over whole sequences", () => {
  const shop = numberByAppearance(
    shopOf(
      [
        [2, 0, 3],
        [1, 0, 2],
      ],
      5,
    ),
  );
  expect(shop.items.map((item) => item.sourceNumber)).toEqual([2, 4, 1, 3, 5]);
});
