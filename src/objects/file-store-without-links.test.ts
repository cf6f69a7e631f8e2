// A folder on a disk that knows no hard links, as SMB and exFAT.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { openObjects } from "./index.ts";

vi.mock(import("node:fs/promises"), async (original) => ({
  ...(await original()),
  link: () => Promise.reject(Object.assign(new Error("not permitted"), { code: "EPERM", syscall: "link" })),
}));

it("keeps a content once, and leaves nothing else behind", async () => {
  const folder = await temporaryDirectory();
  const store = await openObjects(folder);
  expect(await store.putOnce("a", Buffer.from("first"))).toBe(true);
  expect(await store.putOnce("a", Buffer.from("second"))).toBe(false);
  expect(Buffer.from(await store.get("a")).toString()).toBe("first");
  expect(await readdir(join(folder, ".partial"))).toEqual([]);
});
