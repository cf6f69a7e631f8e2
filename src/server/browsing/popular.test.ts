import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { OperationError } from "../../base/errors.ts";
import { withDatabase } from "../../data/index.ts";
import { CatalogueIndex } from "../answering/catalogue-index.ts";
import type { ServedRun } from "../answering/served-run.ts";
import { openStore } from "../events/open-store.ts";
import { BestSellers } from "./popular.ts";

const DAY_MS = 86_400_000;
const KINDS = ["cart", "purchase", "rating"];

/** Ann has tea and a mug by the data, Bob tea, and Cara, who came later, a pot. */
function shopUntil(lastDataAt: number, directory = "nowhere"): ServedRun {
  const items = ["tea", "mug", "pot"].map((itemId) => ({ itemId, sourceNumber: 0 }));
  const itemIndex = new Map(items.map(({ itemId }, index) => [itemId, index]));
  const dataset = { directory, items, sequences: [Int32Array.of(0, 1), Int32Array.of(0)] };
  const run = {
    dataGeneration: 1,
    run: { dataset, later: { newcomers: new Map([["cara", Int32Array.of(2)]]) } },
    itemIndex,
    userIndex: new Map([["ann", 0] as const, ["bob", 1] as const]),
    index: new CatalogueIndex(items, itemIndex, new Set()),
    trainedAt: new Date(lastDataAt),
    lastDataAt,
    card: (item: number) => ({ id: items[item]!.itemId, seen: 0, origin: "trained" as const }),
  };
  // Of a run this is all that counting reads.
  return run as unknown as ServedRun;
}

test("an order that data and events hold counts once, and so do cart, purchase and rating of one user", async () => {
  const now = Date.now();
  const store = await openStore(await directoryWith({}));
  const event = (user: string, item: string, kind: string, at: number) => ({
    ...{ id: `${user} ${item} ${kind}`, user, item, kind, at, received: at },
  });
  await store.record([
    event("ann", "tea", "purchase", now - 3 * DAY_MS),
    event("bob", "mug", "cart", now - DAY_MS),
    event("bob", "mug", "purchase", now - DAY_MS),
    event("bob", "mug", "rating", now - DAY_MS),
    event("cara", "pot", "purchase", now - DAY_MS),
    event("dora", "mug", "purchase", now - DAY_MS),
    event("dora", "pot", "view", now - DAY_MS),
    event("dora", "gone", "purchase", now - DAY_MS),
  ]);
  const sellers = new BestSellers(store, KINDS);
  const data = await directoryWith({});
  const at = (now - 3 * DAY_MS) / 1000;
  await withDatabase((database) =>
    database.run(`COPY (SELECT 'ann' AS userId, 'tea' AS itemId, ${at}::DOUBLE AS "timestamp")
      TO '${join(data, "interactions.parquet")}' (FORMAT parquet)`),
  );
  const run = shopUntil(now - 2 * DAY_MS, data);
  const told = ({ items }: { items: readonly { item: { id: string }; count: number }[] }) =>
    items.map(({ item, count }) => `${item.id} ${count}`);
  expect(told(await sellers.popular(run, { count: 10 }))).toEqual(["mug 3", "tea 2", "pot 1"]);
  expect(told(await sellers.trending(run, { count: 10, days: 30 }))).toEqual(["mug 2", "tea 1", "pot 1"]);
  const gone = shopUntil(now - 2 * DAY_MS);
  await expect(new BestSellers(store, KINDS).trending(gone, { count: 10, days: 30 })).rejects.toBeInstanceOf(
    OperationError,
  );
  // Data that do not reach into the days are not read.
  await store.record([event("eve", "pot", "purchase", now - 1000)]);
  const older = shopUntil(now - 10 * DAY_MS);
  expect(told(await new BestSellers(store, KINDS).trending(older, { count: 10, days: 1 }))).toEqual(["pot 1"]);
  await store.close();
});
