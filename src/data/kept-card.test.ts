import { expect, test } from "vitest";
import { keptCard } from "./kept-card.ts";
import type { Understanding } from "./understanding.ts";

test("no id, no record and no folder stays in the card that a dataset keeps", () => {
  const understanding = {
    rows: {
      read: 3,
      kept: 2,
      leftOut: [{ reason: "no user id", count: 1, examples: [{ place: "line 2", text: "ann" }] }],
    },
    users: { distinct: 2, busiest: { id: "ann", interactions: 9 } },
    catalogue: { file: "/home/ann/items.csv", without: ["ann"], alike: [{ words: "case", count: 1, example: "ann" }] },
  } as unknown as Understanding;
  expect(keptCard(understanding)).toEqual({
    rows: { read: 3, kept: 2, leftOut: [{ reason: "no user id", count: 1 }] },
    users: { distinct: 2 },
    catalogue: { file: "items.csv", alike: [{ words: "case", count: 1 }] },
  });
});
