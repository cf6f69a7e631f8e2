// Counting very many events: by indices that hold all that is read, and with others at work in between.
import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { openStore, STORE_FILE } from "./open-store.ts";
import { COUNT, PUT_TOGETHER } from "./sqlite-counts.ts";
import { SqliteFile } from "./sqlite-file.ts";
import { USERS_OF } from "./sqlite-store.ts";
import type { StoredEvent } from "./store.ts";

const KINDS = ["purchase", "rating"];

function planOf(file: SqliteFile, sql: string, ...values: readonly (string | number)[]): string {
  const rows = file.read(() => file.statement(`EXPLAIN QUERY PLAN ${sql}`).all(...values)) as { detail: string }[];
  return rows.map(({ detail }) => detail).join("\n");
}

test("reads nothing but an index, and of it no more than was asked for", async () => {
  const file = new SqliteFile(join(await directoryWith({}), STORE_FILE));
  const period = "SEARCH events USING COVERING INDEX events_at_kind (at>? AND at<?)";
  expect(planOf(file, COUNT, 0, 9)).toBe(period);
  file.statement("CREATE TEMP TABLE takers (item TEXT, user TEXT, PRIMARY KEY (item, user)) WITHOUT ROWID").run();
  expect(planOf(file, PUT_TOGETHER, 0, 9, "[]")).toContain(period);
  expect(planOf(file, USERS_OF, "tea", "purchase", "", 9)).toBe(
    "SEARCH events USING COVERING INDEX events_item_user (item=? AND kind=? AND user>?)",
  );
  file.close();
});

test("counts users by item a part at a time: each once, and two counts at once apart", async () => {
  const store = await openStore(await directoryWith({}));
  const events = Array.from({ length: 5000 }, (_, at): StoredEvent => {
    const [user, item] = [`u${at % 70}`, `i${at % 1100}`];
    return { id: `${at}`, user, item, kind: at % 3 === 0 ? "view" : KINDS[at % 2]!, at: at >> 1, received: 0 };
  });
  await store.record(events);
  const expected = (since: number, until: number) => {
    const users = new Map<string, Set<string>>();
    for (const { item, user, kind, at } of events)
      if (kind !== "view" && at >= since && at < until) users.set(item, (users.get(item) ?? new Set()).add(user));
    return new Map([...users].map(([item, { size }]) => [item, size]));
  };
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  const [all, some] = await Promise.all([
    store.countByItem({ since: 0, until: 9000 }, KINDS),
    store.countByItem({ since: 100, until: 1500 }, KINDS),
  ]);
  clearInterval(others);
  expect(turns).toBeGreaterThan(0);
  expect(all).toEqual(expected(0, 9000));
  expect(some).toEqual(expected(100, 1500));
  expect(await store.countSince(99)).toBe(4800);
  await store.close();
});
