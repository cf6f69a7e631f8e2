import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, expect, test } from "vitest";
import { storeCases } from "../../../test/support/store-cases.ts";
import { directoryWith } from "../../../test/support/temporary.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { openStore, STORE_FILE } from "./open-store.ts";
import { LATER_INDICES } from "./sqlite-schema.ts";

const folder = mkdtempSync(join(tmpdir(), "isrf-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeCases(() => openStore(folder));

test("is checked while somebody else writes, and made anew where its file was removed", async () => {
  const place = await directoryWith({});
  const file = join(place, STORE_FILE);
  const store = await openStore(place);
  const other = new Database(file);
  other.exec("BEGIN IMMEDIATE");
  const started = performance.now();
  await store.check();
  expect(performance.now() - started).toBeLessThan(2000);
  other.exec("ROLLBACK");
  other.close();
  rmSync(file);
  await store.check();
  expect(existsSync(file)).toBe(true);
  await store.close();
});

test("gives a store of before its indices, says so once, and keeps its events", async () => {
  const place = await directoryWith({});
  const before = new Database(join(place, STORE_FILE));
  before.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, user TEXT NOT NULL,
      item TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, received INTEGER NOT NULL, value REAL,
      recommendation TEXT);
    CREATE INDEX events_user ON events (user, at);
    CREATE INDEX events_item ON events (item, kind);
    CREATE INDEX events_at ON events (at);
    INSERT INTO events (id, user, item, kind, at, received) VALUES ('1', 'ann', 'tea', 'purchase', 5, 6);`);
  before.close();
  const told: ProgressEvent[] = [];
  for (let times = 0; times < 2; times++) {
    const store = await openStore(place, (event) => told.push(event));
    expect(await store.ofUser("ann", ["purchase"], 9)).toMatchObject([{ id: "1", item: "tea", at: 5 }]);
    expect(await store.countSince(4)).toBe(1);
    await store.close();
  }
  expect(told).toEqual([{ kind: "notice", message: expect.stringContaining("the store gets new indexes, once") }]);
  const after = new Database(join(place, STORE_FILE));
  const indices = after.prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'events%'").all();
  expect((indices as { name: string }[]).map(({ name }) => name).sort()).toEqual(
    ["events_recommendation", ...LATER_INDICES].sort(),
  );
  after.close();
});

test("refuses another kind of file", async () => {
  const other = await directoryWith({});
  await writeFile(
    join(other, STORE_FILE),
    "no database at all, but long enough to be read as the head of one. ".repeat(20),
  );
  await expect(openStore(other)).rejects.toThrow(/cannot be opened/);
});
