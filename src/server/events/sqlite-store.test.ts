import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { storeCases } from "../../../test/support/store-cases.ts";
import { directoryWith } from "../../../test/support/temporary.ts";
import { openStore, STORE_FILE } from "./open-store.ts";

const folder = mkdtempSync(join(tmpdir(), "isrf-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeCases(() => openStore(folder));

test("refuses another kind of file", async () => {
  const other = await directoryWith({});
  await writeFile(
    join(other, STORE_FILE),
    "no database at all, but long enough to be read as the head of one. ".repeat(20),
  );
  await expect(openStore(other)).rejects.toThrow(/cannot be opened/);
});
