import { describe, expect, it } from "vitest";
import type { RawShop } from "../raw-shop.ts";
import { mergeShops } from "./merge-shops.ts";

type History = readonly (readonly [item: string, time?: number, rating?: number])[];

function shop(histories: Readonly<Record<string, History>>, titles: Readonly<Record<string, string>> = {}): RawShop {
  const ids = [
    ...new Set([...Object.values(histories).flatMap((h) => h.map(([item]) => item)), ...Object.keys(titles)]),
  ];
  const all = Object.values(histories);
  const isTimed = all.every((history) => history.every(([, time]) => time !== undefined));
  const isRated = all.some((history) => history.some(([, , rating]) => rating !== undefined));
  return {
    users: Object.keys(histories),
    items: ids.map((itemId, index) => ({ itemId, sourceNumber: index + 1, title: titles[itemId] })),
    sequences: all.map((history) => Int32Array.from(history, ([item]) => ids.indexOf(item))),
    timestamps: isTimed ? all.map((history) => Float64Array.from(history, ([, time]) => time!)) : undefined,
    ratings: isRated
      ? all.map((history) => Float64Array.from(history, ([, , rating]) => rating ?? Number.NaN))
      : undefined,
  };
}

function histories({ users, items, sequences }: RawShop): Record<string, string[]> {
  return Object.fromEntries(
    users.map((user, row) => [user, Array.from(sequences[row]!, (item) => items[item]!.itemId)]),
  );
}

describe("what happened since", () => {
  it("goes into each history by time, late arrivals too; a repeat changes nothing", () => {
    const before = shop({
      ann: [
        ["a", 10],
        ["b", 30],
      ],
      bob: [["b", 5]],
    });
    const { shop: merged, added } = mergeShops(
      before,
      shop({
        cem: [["a", 1]],
        ann: [
          ["c", 20],
          ["b", 40],
          ["d", 50],
        ],
      }),
    );
    expect(histories(merged)).toEqual({ ann: ["a", "c", "b", "d"], bob: ["b"], cem: ["a"] });
    expect(merged.timestamps!.map((times) => [...times])).toEqual([[10, 20, 30, 50], [5], [1]]);
    expect(added).toEqual({
      users: 1,
      items: 2,
      interactions: 3,
      repeats: 1,
      moved: 0,
      takenBack: 0,
      returned: 0,
      changedItems: 0,
    });
  });

  it("comes last where one part has no times", () => {
    const { shop: merged } = mergeShops(
      shop({
        ann: [
          ["a", 10],
          ["b", 30],
        ],
      }),
      shop({ ann: [["c"]] }),
    );
    expect(histories(merged)).toEqual({ ann: ["a", "b", "c"] });
    expect(merged.timestamps).toBeUndefined();
  });

  it("keeps ratings beside their interactions, and none where there is none", () => {
    const { shop: merged } = mergeShops(shop({ ann: [["a", 10, 4]] }), shop({ ann: [["c", 5]] }));
    expect(histories(merged)).toEqual({ ann: ["c", "a"] });
    expect([...merged.ratings![0]!]).toEqual([Number.NaN, 4]);
  });

  it("keeps the places of known users and items, and takes the later catalogue entry field by field", () => {
    const before = shop(
      {
        ann: [
          ["a", 1],
          ["b", 2],
        ],
      },
      { a: "old tea", b: "mug" },
    );
    const { shop: merged, added } = mergeShops(
      before,
      shop(
        {
          eve: [
            ["c", 3],
            ["a", 4],
          ],
        },
        { a: "new tea", c: "lamp" },
      ),
    );
    expect(merged.items.map(({ itemId, title }) => [itemId, title])).toEqual([
      ["a", "new tea"],
      ["b", "mug"],
      ["c", "lamp"],
    ]);
    expect(added.changedItems).toBe(1);
  });

  it("is the same in one step as in two", () => {
    const parts = [
      shop({
        ann: [
          ["a", 10],
          ["b", 30],
        ],
        bob: [["c", 5]],
      }),
      shop({ bob: [["a", 7]], ann: [["c", 20]] }),
      shop({
        ann: [
          ["a", 15],
          ["d", 12],
        ],
      }),
    ] as const;
    const inTwo = mergeShops(mergeShops(parts[0], parts[1]).shop, parts[2]).shop;
    const inOne = mergeShops(parts[0], mergeShops(parts[1], parts[2]).shop).shop;
    expect(histories(inTwo)).toEqual(histories(inOne));
  });

  it("moves a known pair to an earlier time, or to a later one where the last one counts", () => {
    const before = shop({
      ann: [
        ["a", 10, 3],
        ["b", 30, 4],
      ],
    });
    const later = shop({
      ann: [
        ["b", 5, 1],
        ["a", 40, 5],
      ],
    });
    const first = mergeShops(before, later);
    expect(histories(first.shop)).toEqual({ ann: ["b", "a"] });
    expect([first.shop.timestamps![0], first.shop.ratings![0]]).toEqual([
      Float64Array.of(5, 10),
      Float64Array.of(1, 3),
    ]);
    expect(first.added).toMatchObject({ interactions: 0, repeats: 2, moved: 1 });
    const last = mergeShops(before, later, { lastCounts: true });
    expect([last.shop.timestamps![0], last.shop.ratings![0]]).toEqual([Float64Array.of(30, 40), Float64Array.of(4, 5)]);
    const untimed = mergeShops(shop({ ann: [["a"], ["b"]] }), shop({ ann: [["a"]] }), { lastCounts: true });
    expect(histories(untimed.shop)).toEqual({ ann: ["b", "a"] });
  });

  it("takes out what was taken back since, and not what was liked again later", () => {
    const before = shop({
      ann: [
        ["a", 10],
        ["b", 30],
        ["c", 40],
        ["d", 50],
      ],
    });
    const back = (itemId: string, time: number, isWithdrawn: boolean, weight = 1) => ({
      userId: "ann",
      itemId,
      time,
      isWithdrawn,
      weight,
    });
    const takenBack = [back("a", 20, true), back("b", 20, true), back("c", 60, false, -1), back("d", 60, false, 0)];
    const { shop: merged, added } = mergeShops(before, shop({ bob: [["a", 1]] }), { takenBack });
    expect(histories(merged)).toEqual({ ann: ["b", "d"], bob: ["a"] });
    expect(added).toMatchObject({ takenBack: 2, returned: 1 });
    const summed = shop({
      ann: [
        ["a", 10, 3],
        ["b", 30, 1],
      ],
    });
    const sums = mergeShops(summed, shop({ ann: [["a", 20, 2]] }), {
      areSums: true,
      takenBack: [back("b", 40, false, -1)],
    });
    expect(histories(sums.shop)).toEqual({ ann: ["a"] });
    expect(sums.shop.ratings![0]).toEqual(Float64Array.of(5));
  });
});
