// The store in PostgreSQL, on a real one: what every store does, and a database that goes away and comes back.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperationError } from "../../src/base/errors.ts";
import { openStore } from "../../src/server/events/open-store.ts";
import { UserEvents } from "../../src/server/events/user-events.ts";
import { missingPostgres, type Postgres, startPostgres } from "../support/postgres.ts";
import { storeCases } from "../support/store-cases.ts";

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
    const event = (id: string) => ({ id, user: "dora", item: "tea", kind: "purchase", at: 1, received: 1 });
    await users.record([event("before")]);
    expect((await users.of("dora")).events).toHaveLength(1);
    await postgres.stop();
    await expect(users.record([event("meanwhile")])).rejects.toBeInstanceOf(OperationError);
    await expect(store.check()).rejects.toThrow("the store failed");
    await postgres.start();
    await users.record([event("after")]);
    expect((await users.of("dora")).events.map(({ id }) => id)).toEqual(["before", "after"]);
    await store.close();
  });

  test("says what is wrong where there is no database", async () => {
    await expect(openStore("postgres://isrf:secret@127.0.0.1:9/none")).rejects.toThrow(
      /PostgreSQL at 127.0.0.1:9\/none: the store failed/,
    );
  });
});
