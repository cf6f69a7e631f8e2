// The store in PostgreSQL, on a real one: what every store does, and a database that goes away and comes back.
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperationError } from "../../src/base/errors.ts";
import { createClient } from "../../src/client/index.ts";
import { openStore } from "../../src/server/events/open-store.ts";
import { MAKING_LOCK } from "../../src/server/events/postgres-tables.ts";
import { UserEvents } from "../../src/server/events/user-events.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { missingPostgres, type Postgres, startPostgres } from "../support/postgres.ts";
import { folderWithRun, removeFolder } from "../support/serving.ts";
import { storeCases } from "../support/store-cases.ts";

const HEARD = { timeout: 20_000 };

function served(folder: string, store: string): Promise<RunningServer> {
  return serve({ runs: [join(folder, "run")], port: 0, store, threads: 1, environment: {} });
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

describe.skipIf(missingPostgres !== "")(`a store in PostgreSQL${missingPostgres}`, () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres();
  });

  afterAll(async () => {
    await postgres?.remove();
  });

  storeCases(() => openStore(postgres.url));

  test("refuses while the database is away, loses nothing that it acknowledged, and goes on by itself", async () => {
    const store = await openStore(postgres.url);
    const users = new UserEvents(store, ["purchase"]);
    const event = (item: string) => ({ id: item, user: "dora", item, kind: "purchase", at: 1, received: 1 });
    await users.record([event("before")]);
    expect((await users.of("dora")).events).toHaveLength(1);
    await postgres.stop();
    await expect(users.record([event("meanwhile")])).rejects.toBeInstanceOf(OperationError);
    await expect(store.check()).rejects.toThrow("the store failed");
    await postgres.start();
    await users.record([event("after")]);
    expect((await users.of("dora")).events.map(({ item }) => item)).toEqual(["before", "after"]);
    await store.close();
  });

  test("what is in memory of users' events is answered from while the database is away, and read anew after", async () => {
    const store = await openStore(postgres.url);
    const users = new UserEvents(store, ["purchase"]);
    const event = (item: string) => ({ id: `e ${item}`, user: "emil", item, kind: "purchase", at: 1, received: 1 });
    const known = async () => (await users.of("emil")).events.map(({ item }) => item);
    await users.record([event("before")]);
    // Until the store's own word of the event has come.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await known()).toEqual(["before"]);
    await postgres.stop();
    const until = performance.now() + 2500;
    while (performance.now() < until) {
      expect(await known()).toEqual(["before"]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await expect(users.of("somebody else")).rejects.toBeInstanceOf(OperationError);
    await postgres.start();
    const other = await openStore(postgres.url);
    await other.record([event("elsewhere")]);
    await expect.poll(known, HEARD).toEqual(["before", "elsewhere"]);
    await Promise.all([store.close(), other.close()]);
  });

  test("questions that take too long hold up nothing else, and do not go on in the database", async () => {
    const store = await openStore(postgres.url);
    await withClient(postgres.url, async (client) => {
      await client.query("BEGIN; LOCK TABLE isrf.answers IN ACCESS EXCLUSIVE MODE");
      const period = { since: 0, until: 10 };
      const slow = Promise.allSettled(Array.from({ length: 12 }, () => store.attribution(period, "run")));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await store.check();
      await store.record([{ id: "quick", user: "fay", item: "tea", kind: "purchase", at: 1, received: 1 }]);
      for (const { status } of await slow) expect(status).toBe("rejected");
      const { rows } = await client.query("SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
      expect(rows).toEqual([]);
      await client.query("ROLLBACK");
    });
    expect(await store.attribution({ since: 0, until: 1 }, "run")).toEqual([]);
    await store.close();
  }, 30_000);

  test("is made however long that takes, and an older one says that it gets new indexes", async () => {
    await (await openStore(postgres.url)).close();
    await withClient(postgres.url, async (client) => {
      await client.query("DROP INDEX isrf.events_item_user");
      await client.query(`SELECT pg_advisory_lock(${MAKING_LOCK})`);
      const told: unknown[] = [];
      const opening = openStore(postgres.url, (event) => told.push(event));
      await new Promise((resolve) => setTimeout(resolve, 11_000));
      await client.query(`SELECT pg_advisory_unlock(${MAKING_LOCK})`);
      await (await opening).close();
      expect(told).toEqual([{ kind: "notice", message: expect.stringContaining("the store gets new indexes, once") }]);
      await (await openStore(postgres.url, (event) => told.push(event))).close();
      expect(told).toHaveLength(1);
    });
  }, 30_000);

  test("servers that share it hear of changed items at once, and after they could not", async () => {
    const folder = await folderWithRun();
    const [first, second] = await Promise.all([0, 1].map(() => served(folder, postgres.url)));
    const [here, there] = [first!, second!].map(({ url }) => createClient({ url }));
    const titleThere = (id: string) => there!.item({ id }).then(({ title }) => title, String);
    try {
      await here!.putItem({ id: "oolong", title: "Oolong tea, 100 g" });
      await expect.poll(() => titleThere("oolong"), HEARD).toBe("Oolong tea, 100 g");
      expect(await there!.recommend({ history: ["oolong"], count: 2 })).toMatchObject({ notices: [] });
      await here!.deleteItem({ id: "oolong" });
      await expect
        .poll(
          () =>
            there!.item({ id: "oolong" }).then(
              ({ isRemoved }) => isRemoved,
              () => true,
            ),
          HEARD,
        )
        .toBe(true);
      await Promise.all(Array.from({ length: 30 }, (_, at) => here!.putItem({ id: `t${at}`, title: `Tea ${at}` })));
      for (const at of [0, 15, 29]) await expect.poll(() => titleThere(`t${at}`), HEARD).toBe(`Tea ${at}`);

      await postgres.stop();
      await expect(here!.putItem({ id: "t0", title: "Never" })).rejects.toMatchObject({ status: 503 });
      await postgres.start();
      await here!.putItem({ id: "late", title: "Late tea" });
      await expect.poll(() => titleThere("late"), HEARD).toBe("Late tea");
      expect(await titleThere("t0")).toBe("Tea 0");
    } finally {
      await Promise.all([first!.stop(), second!.stop()]);
      await removeFolder(folder);
    }
  });

  test("says what is wrong where there is no database", async () => {
    await expect(openStore("postgres://isrf:secret@127.0.0.1:9/none")).rejects.toThrow(
      /PostgreSQL at 127.0.0.1:9\/none: the store failed/,
    );
  });
});
