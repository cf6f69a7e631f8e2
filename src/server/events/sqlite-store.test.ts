import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, expect, test } from "vitest";
import { storeCases } from "../../../test/support/store-cases.ts";
import { directoryWith } from "../../../test/support/temporary.ts";
import { openStore, STORE_FILE } from "./open-store.ts";

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

test("refuses another kind of file", async () => {
  const other = await directoryWith({});
  await writeFile(
    join(other, STORE_FILE),
    "no database at all, but long enough to be read as the head of one. ".repeat(20),
  );
  await expect(openStore(other)).rejects.toThrow(/cannot be opened/);
});
