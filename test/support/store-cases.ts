// What every store must do: run on SQLite and on PostgreSQL.
import { expect, test } from "vitest";
import type { LoggedAnswer, Store, StoredEvent } from "../../src/server/events/store.ts";
import { UserEvents } from "../../src/server/events/user-events.ts";

const event = (id: string, rest: Partial<StoredEvent> = {}): StoredEvent => ({
  id,
  user: "ann",
  item: "tea",
  kind: "purchase",
  at: 1000,
  received: 2000,
  ...rest,
});
const answer = (id: string, rest: Partial<LoggedAnswer> = {}): LoggedAnswer => ({
  id,
  at: 1000,
  run: "A",
  modelVersion: "1",
  system: "isrf",
  made: "model",
  user: "ann",
  items: ["tea", "mug/🍵"],
  ...rest,
});

async function usersOf(store: Store, item: string, kinds: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const users of store.usersOf(item, kinds)) found.push(...users);
  return found;
}

/** `open` gives the same store each time. */
export function storeCases(open: () => Promise<Store>): void {
  const withStore = async (work: (store: Store) => Promise<void>) => {
    const store = await open();
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  test("keeps each event once, and finds it after it was closed", async () => {
    await withStore(async (store) => {
      expect(await store.record([event("1"), event("2", { value: 4.5, at: 500 }), event("1")])).toEqual([
        true,
        true,
        false,
      ]);
      expect(await store.record([event("2"), event("3", { user: "bob's 🍵", kind: "click", at: 3000 })])).toEqual([
        false,
        true,
      ]);
    });
    await withStore(async (store) => {
      const found = await store.ofUser("ann", ["purchase", "click"], 10);
      expect(found.map(({ id }) => id)).toEqual(["2", "1"]);
      expect(found[0]).toMatchObject({ value: 4.5, at: 500, received: 2000, recommendationId: undefined });
      expect((await store.ofUser("ann", ["purchase"], 1)).map(({ id }) => id)).toEqual(["1"]);
      expect((await store.ofUser("bob's 🍵", ["click"], 10)).map(({ kind }) => kind)).toEqual(["click"]);
      expect(await store.ofUser("bob's 🍵", ["purchase", "rating"], 10)).toEqual([]);
      const page = await store.page({ limit: 2 });
      expect(page.map(({ id }) => id)).toEqual(["3", "2"]);
      expect((await store.page({ limit: 2, before: page[1]!.seq })).map(({ id }) => id)).toEqual(["1"]);
      expect((await store.page({ limit: 9, user: "ann" })).map(({ id }) => id)).toEqual(["2", "1"]);
    });
  });

  test("counts users by item, kind and time, each once", async () => {
    await withStore(async (store) => {
      expect(await store.countByItem({ since: 0, until: 3000 }, ["purchase", "click"])).toEqual(new Map([["tea", 1]]));
      expect(await store.countByItem({ since: 0, until: 3001 }, ["purchase", "click"])).toEqual(new Map([["tea", 2]]));
      expect(await store.countByItem({ since: 3000, until: 3001 }, ["click"])).toEqual(new Map([["tea", 1]]));
      expect(await usersOf(store, "tea", ["purchase"])).toEqual(["ann"]);
      expect(await usersOf(store, "tea", ["purchase", "click"])).toEqual(["ann", "bob's 🍵"]);
      expect(await usersOf(store, "it's nothing", ["purchase", "click"])).toEqual([]);
      expect([await store.countOfItem("tea"), await store.countOfItem("it's nothing")]).toEqual([3, 0]);
      expect([await store.countSince(499), await store.countSince(999), await store.countSince(3000)]).toEqual([
        3, 2, 0,
      ]);
      expect([await store.isAnySince(2999), await store.isAnySince(3000)]).toEqual([true, false]);
    });
  });

  test("tells who has what by events, more than are read in one go", async () => {
    await withStore(async (store) => {
      const many = Array.from({ length: 4500 }, (_, at) =>
        event(`crowd ${at}`, { user: `u${at % 2100}`, item: at % 2 === 0 ? "pot" : "cup", kind: "crowd" }),
      );
      await store.record([...many, event("dear", { user: "u7", item: "cup", kind: "dear" })]);
      const found: string[] = [];
      for await (const pairs of store.pairs(["crowd", "dear"]))
        for (const { item, user } of pairs) found.push(`${item} ${user}`);
      const expected = [...new Set(many.map(({ item, user }) => `${item} ${user}`)), "cup u7"];
      expect(found.toSorted()).toEqual(expected.toSorted());
      const items = found.map((pair) => pair.slice(0, 3));
      expect(items.filter((item, at) => item !== items[at - 1])).toEqual(["cup", "pot"]);
      const takers = await usersOf(store, "cup", ["crowd", "dear"]);
      expect(takers.toSorted()).toEqual(
        found
          .filter((pair) => pair.startsWith("cup"))
          .map((pair) => pair.slice(4))
          .toSorted(),
      );
    });
  });

  test("finds what a user bought behind any number of later views", async () => {
    await withStore(async (store) => {
      const views = Array.from({ length: 600 }, (_, at) =>
        event(`view ${at}`, { user: "eve", kind: "view", at: 10 + at }),
      );
      await store.record([
        event("bought", { user: "eve", at: 1 }),
        event("rated", { user: "eve", kind: "rating", at: 5 }),
      ]);
      await store.record(views);
      const { events } = await new UserEvents(store, ["rating", "purchase"]).of("eve");
      expect(events.map(({ kind, at }) => [kind, at])).toEqual([
        ["purchase", 1],
        ["rating", 5],
      ]);
    });
  });

  test("counts answers that led to an event about an item that they showed, once", async () => {
    await withStore(async (store) => {
      const given = [answer("a1"), answer("a2"), answer("b1", { run: "B", user: undefined }), answer("old", { at: 1 })];
      await store.logAnswers(given);
      await store.logAnswers(given);
      await store.record([
        event("c1", { kind: "click", item: "mug/🍵", recommendationId: "a1" }),
        event("c2", { kind: "click", item: "tea", recommendationId: "a1" }),
        event("c3", { kind: "purchase", item: "tea", recommendationId: "a1" }),
        event("c4", { kind: "click", item: "other", recommendationId: "b1" }),
        event("c5", { kind: "click", item: "tea", recommendationId: "unknown" }),
      ]);
      expect(await store.attribution({ since: 500, until: 2000 }, "run")).toEqual([
        { name: "A", answers: 2, shown: 4, clicks: 1, purchases: 1 },
        { name: "B", answers: 1, shown: 2, clicks: 0, purchases: 0 },
      ]);
      await store.dropAnswersBefore(500);
      expect(await store.attribution({ since: 0, until: 500 }, "made")).toEqual([]);
    });
  });

  test("counts and drops many answers a part at a time, and lets others work in between", async () => {
    await withStore(async (store) => {
      const many = Array.from({ length: 6000 }, (_, at) => answer(`many ${at}`, { at: 10_000 + (at >> 2), run: "M" }));
      await store.logAnswers(many);
      await store.record([event("m1", { kind: "click", item: "tea", recommendationId: "many 5000" })]);
      let turns = 0;
      const counting = setInterval(() => turns++, 0);
      expect(await store.attribution({ since: 10_000, until: 20_000 }, "run")).toEqual([
        { name: "M", answers: 6000, shown: 12_000, clicks: 1, purchases: 0 },
      ]);
      expect(turns).toBeGreaterThan(0);
      turns = 0;
      await store.dropAnswersBefore(11_490);
      expect(turns).toBeGreaterThan(0);
      clearInterval(counting);
      expect(await store.attribution({ since: 0, until: 20_000 }, "run")).toMatchObject([
        { name: "M", answers: 40, clicks: 0 },
      ]);
    });
  });

  test("keeps changes of items, and one salt", async () => {
    let salt = "";
    await withStore(async (store) => {
      await store.saveItem({ id: "x/y", entry: '{"title":"X"}', isRemoved: false, changed: 1 });
      await store.saveItem({ id: "tea", isRemoved: true, changed: 2 });
      await store.saveItem({ id: "x/y", entry: '{"title":"Z"}', isRemoved: false, changed: 3 });
      salt = await store.salt();
      await store.check();
      expect(store.describes).not.toContain("secret");
    });
    await withStore(async (store) => {
      expect(await store.itemChanges()).toEqual([
        { id: "tea", entry: undefined, isRemoved: true, changed: 2 },
        { id: "x/y", entry: '{"title":"Z"}', isRemoved: false, changed: 3 },
      ]);
      expect(await store.itemChange("x/y")).toMatchObject({ entry: '{"title":"Z"}', isRemoved: false, changed: 3 });
      expect(await store.itemChange("y")).toBeUndefined();
      expect(await store.salt()).toBe(salt);
    });
  });

  test("of two servers each hears whose events the other recorded", async () => {
    await withStore(async (one) => {
      await withStore(async (other) => {
        one.changedElsewhere();
        await other.record([event("news", { user: "cara" })]);
        const heard = async () => {
          for (let tries = 0; tries < 200; tries++) {
            const changed = one.changedElsewhere();
            if (changed === undefined || changed.includes("cara")) return true;
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
          return false;
        };
        expect(await heard()).toBe(true);
      });
    });
  });
}
