import { expect, test } from "vitest";
import { matrix, row } from "../../base/matrix.ts";
import type { ServedRun } from "../answering/served-run.ts";
import { similarItems } from "./items.ts";

test("an item has as many similar ones as are asked for, however many nearer ones were deleted", async () => {
  const count = 2500;
  const items = Array.from({ length: count }, (_, at) => ({ itemId: `i${at}`, sourceNumber: 0 }));
  // On a circle: the farther away in number, the less like item 0.
  const vectors = matrix(count, 2);
  for (let at = 0; at < count; at++) {
    const angle = (at / count) * (Math.PI / 2.1);
    row(vectors, at).set([Math.cos(angle), Math.sin(angle)]);
  }
  const model = { recommender: { name: "fixed", vectors: { items: vectors, description: "angles" } } };
  const card = (item: number) => ({ id: `i${item}`, seen: 0, origin: "trained" as const });
  const run = {
    name: "run",
    run: { dataset: { directory: "nowhere", items }, ...model },
    model,
    itemIndex: new Map(items.map(({ itemId }, index) => [itemId, index])),
    removed: new Set(Array.from({ length: 2000 }, (_, at) => at + 1)),
    card,
    cardOf: (id: string) => card(Number(id.slice(1))),
  };
  // Of a run this is all that similar items read.
  const found = await similarItems(run as unknown as ServedRun, "i0", { count: 5, by: undefined });
  expect(found.items.map(({ rank, item }) => [rank, item.id])).toEqual([
    [1, "i2001"],
    [2, "i2002"],
    [3, "i2003"],
    [4, "i2004"],
    [5, "i2005"],
  ]);
});
