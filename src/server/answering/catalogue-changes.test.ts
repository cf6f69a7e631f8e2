import { expect, test } from "vitest";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { silent } from "../../base/progress.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { ItemChange } from "../events/store.ts";
import { layChanges, NewVectors } from "./catalogue-changes.ts";

const dataset = tinyShop("nowhere");
const base = { directory: "nowhere", dataset, config: {} } as unknown as OpenRun;
const options = { takesNew: false, version: "1", vectors: new NewVectors(), compile: {}, report: silent };
const [first, second] = [dataset.items[0]!, dataset.items[1]!];

const change = (id: string, entry: string | undefined, isRemoved = false): ItemChange => ({
  ...{ id, entry, isRemoved, changed: 1 },
});

test("an item is another one when something else is said of it, and no other item changes", async () => {
  const priced = change(first.itemId, '{"title":"Red","price":7}');
  const { run, overlay } = await layChanges(base, [priced, change(second.itemId, undefined, true)], options);
  expect(run.dataset.items[0]).toEqual({
    itemId: first.itemId,
    title: "Red",
    price: 7,
    sourceNumber: first.sourceNumber,
  });
  expect(run.dataset.items.slice(1)).toEqual(dataset.items.slice(1));
  expect(overlay.removed).toEqual(new Set([1]));
  const again = await layChanges(base, [{ ...priced, changed: 2 }], options);
  expect(again.run.dataset.items[0]).toBe(run.dataset.items[0]);
  expect(again.overlay.removed.size).toBe(0);
  const other = await layChanges(base, [change(first.itemId, '{"title":"Red","price":8}')], options);
  expect(other.run.dataset.items[0]).toMatchObject({ price: 8 });
  expect((await layChanges(base, [], options)).run.dataset.items[0]).toBe(first);
});
