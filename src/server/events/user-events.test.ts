// What is kept in memory of users' events, beside a store that answers when it is told to.
import { expect, test } from "vitest";
import type { NumberedEvent, Store, StoredEvent } from "./store.ts";
import { UserEvents } from "./user-events.ts";

const KINDS = ["purchase"];

/** Reads wait until `answer`; each is of what was recorded when it began. */
class SlowStore {
  readonly reads: string[] = [];
  elsewhere: readonly string[] | undefined = [];
  private readonly events: NumberedEvent[] = [];
  private waiting: (() => void)[] = [];

  async record(events: readonly StoredEvent[]): Promise<readonly boolean[]> {
    this.events.push(...events.map((event) => ({ ...event, seq: this.events.length + 1 })));
    return events.map(() => true);
  }

  ofUser(user: string): Promise<readonly NumberedEvent[]> {
    this.reads.push(user);
    const found = this.events.filter((event) => event.user === user);
    return new Promise((resolve) => this.waiting.push(() => resolve(found)));
  }

  changedElsewhere(): readonly string[] | undefined {
    const changed = this.elsewhere;
    this.elsewhere = [];
    return changed;
  }

  answer(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

const bought = (user: string, item: string): StoredEvent => ({
  ...{ id: `${user} ${item}`, user, item, kind: "purchase", at: 1, received: 1, value: 3 },
});

function usersOf(store: SlowStore, maxKept?: number): UserEvents {
  return new UserEvents(store as unknown as Store, KINDS, { maxKept });
}

async function itemsOf(users: UserEvents, store: SlowStore, user: string): Promise<string[]> {
  const asked = users.of(user);
  store.answer();
  return (await asked).events.map(({ item }) => item);
}

const hearOthers = () => new Promise((resolve) => setTimeout(resolve, 10));

test("another user's event leaves a read as it is", async () => {
  const store = new SlowStore();
  const users = usersOf(store);
  await users.record([bought("ann", "tea")]);
  const reading = users.of("ann");
  await users.record([bought("bob", "mug")]);
  store.answer();
  expect((await reading).events).toEqual([{ item: "tea", kind: "purchase", at: 1, seq: 1 }]);
  expect(await itemsOf(users, store, "ann")).toEqual(["tea"]);
  expect(store.reads).toEqual(["ann"]);
});

test("who asks after an event is told of it, whatever was read before", async () => {
  const store = new SlowStore();
  const users = usersOf(store);
  const before = users.of("ann");
  await users.record([bought("ann", "tea")]);
  const after = users.of("ann");
  store.answer();
  expect((await before).events).toEqual([]);
  expect((await after).events.map(({ item }) => item)).toEqual(["tea"]);
  expect(await itemsOf(users, store, "ann")).toEqual(["tea"]);
  expect(store.reads).toEqual(["ann", "ann"]);
});

test("those who ask at once share a read", async () => {
  const store = new SlowStore();
  const users = usersOf(store);
  const asked = [users.of("ann"), users.of("ann")];
  store.answer();
  expect(await Promise.all(asked)).toHaveLength(2);
  expect(store.reads).toEqual(["ann"]);
});

test("what another server records is read anew, of its users or of anybody", async () => {
  const store = new SlowStore();
  const users = usersOf(store);
  for (const user of ["ann", "bob"]) await itemsOf(users, store, user);
  await hearOthers();
  store.elsewhere = ["ann"];
  for (const user of ["ann", "bob"]) await itemsOf(users, store, user);
  expect(store.reads).toEqual(["ann", "bob", "ann"]);
  await hearOthers();
  store.elsewhere = undefined;
  for (const user of ["ann", "bob"]) await itemsOf(users, store, user);
  expect(store.reads.slice(3)).toEqual(["ann", "bob"]);
});

test("keeps so many events of all users together, and forgets who was not asked about for longest", async () => {
  const store = new SlowStore();
  const users = usersOf(store, 6);
  const all = ["ann", "bob", "cara"];
  await users.record(all.flatMap((user) => [bought(user, "tea"), bought(user, "mug")]));
  for (const user of all) await itemsOf(users, store, user);
  for (const user of ["bob", "cara"]) await itemsOf(users, store, user);
  expect(store.reads).toEqual(all);
  expect(await itemsOf(users, store, "ann")).toEqual(["tea", "mug"]);
  expect(store.reads).toEqual([...all, "ann"]);
});
