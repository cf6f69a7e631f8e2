import { expect, test } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { matrix, row } from "../../base/matrix.ts";
import type { ServedRun } from "../answering/served-run.ts";
import { openStore } from "../events/open-store.ts";
import type { Store } from "../events/store.ts";
import { itemPage, nearestItems, searchItems, similarItems } from "./items.ts";

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

/** Thirty people of whom the even ones have tea; nobody has the mug, which three people put into their carts later. */
function shop(): ServedRun {
  const users = Array.from({ length: 30 }, (_, at) => `u${at}`);
  const items = ["Green tea", "Mug", "Black tea"].map((title, at) => ({ itemId: `i${at}`, title, sourceNumber: 0 }));
  const sequences = users.map((_, at) => Int32Array.from(at % 2 === 0 ? [2, 0] : [2]));
  const run = {
    run: { directory: "nowhere", dataset: { directory: "nowhere", users, items, sequences }, config: {} },
    model: {},
    itemIndex: new Map(items.map(({ itemId }, index) => [itemId, index])),
    userIndex: new Map(users.map((user, index) => [user, index])),
    seen: Int32Array.of(15, 0, 30),
    card: (item: number) => ({ id: `i${item}`, seen: 0, origin: "trained" as const }),
  };
  // Of a run this is all that items' pages read.
  return run as unknown as ServedRun;
}

test("an item's holders are those of the data, then those of events, each once", async () => {
  const store = await openStore(await directoryWith({}));
  const event = (user: string, item: string, kind: string) => ({
    ...{ id: `${user} ${item} ${kind}`, user, item, kind, at: 1, received: 1 },
  });
  const takers = ["zoe", "u4", "u5", "ann"].flatMap((user) => [
    event(user, "i0", "cart"),
    event(user, "i0", "purchase"),
  ]);
  await store.record([...takers, event("bob", "i0", "view"), event("zoe", "i1", "cart")]);
  const pageOf = (id: string) => itemPage(shop(), store, ["cart", "purchase"], id);
  const even = Array.from({ length: 15 }, (_, at) => `u${2 * at}`);
  expect(await pageOf("i0")).toMatchObject({ holders: { total: 18, users: [...even, "ann", "u5", "zoe"] }, events: 9 });
  expect(await pageOf("i1")).toMatchObject({ holders: { total: 1, users: ["zoe"] }, events: 1 });
  expect((await pageOf("i2")).holders.users).toHaveLength(20);
  await store.close();
});

test("those who have an item of very many events are kept for a while, and for a run", async () => {
  let reads = 0;
  const store = {
    countOfItem: async () => 30_000,
    async *usersOf() {
      reads++;
      yield Array.from({ length: 40 }, (_, at) => `v${99 - at}`);
      yield ["v99", "u0", "a"];
    },
  } as unknown as Store;
  const run = shop();
  const pageOf = (served: ServedRun) => itemPage(served, store, ["cart", "purchase"], "i1");
  const [page, other] = await Promise.all([pageOf(run), pageOf(run)]);
  const first = Array.from({ length: 18 }, (_, at) => `v${60 + at}`);
  expect(page.holders).toEqual({ total: 42, users: ["a", "u0", ...first] });
  expect(other).toEqual(page);
  expect(await pageOf(run)).toEqual(page);
  expect(reads).toBe(1);
  await pageOf(shop());
  expect(reads).toBe(2);
});

test("items are listed in their order, and those that words name by how many have them", () => {
  const found = (asked: { q?: string; cursor?: string; limit: number }) => {
    const { entries, ...rest } = searchItems(shop(), asked);
    return { ids: entries.map(({ id }) => id), ...rest };
  };
  expect(found({ limit: 2 })).toEqual({ ids: ["i0", "i1"], total: 3, nextCursor: "2" });
  expect(found({ limit: 2, cursor: "2" })).toEqual({ ids: ["i2"], total: 3, nextCursor: undefined });
  expect(found({ limit: 2, cursor: "9" })).toEqual({ ids: [], total: 3, nextCursor: undefined });
  expect(found({ q: "TEA", limit: 5 })).toEqual({ ids: ["i2", "i0"], total: 2, nextCursor: undefined });
});

test("the nearest items come first, and of equals the lower", () => {
  const items = matrix(4, 2, Float32Array.of(0, 1, 2, 0, 1, 1, 1, 0));
  expect(nearestItems(shop(), Float32Array.of(3, 0), items, 3).map(({ id }) => id)).toEqual(["i1", "i3", "i2"]);
});
