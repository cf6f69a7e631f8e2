import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { exists, writeDirectoryAtomic } from "./files.ts";
import { mendDirectory } from "./leftovers.ts";
import { lockBeside, withLock } from "./lock.ts";

async function folder(path: string, content: string): Promise<void> {
  await mkdir(path);
  await writeFile(join(path, "a"), content);
}

const contentOf = (path: string) => readFile(join(path, "a"), "utf8");

describe("a folder whose replacement was interrupted", () => {
  it("is put back, the last one that stood there, and the rest is cleared", async () => {
    const parent = await temporaryDirectory();
    const path = join(parent, "shop");
    await folder(join(parent, ".shop.00000001.replaced"), "older");
    await folder(join(parent, ".shop.00000001.partial"), "never finished");
    // The clock of files ticks every few milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await folder(path, "last");
    await rename(path, join(parent, ".shop.00000002.replaced"));
    await folder(join(parent, ".shopper.00000002.replaced"), "another's");
    const told: string[] = [];
    await mendDirectory(path, { report: (event) => event.kind === "notice" && told.push(event.message) });
    expect(await contentOf(path)).toBe("last");
    expect(told).toEqual([`${path}: its replacement had been interrupted; what was there before is back.`]);
    expect((await readdir(parent)).sort()).toEqual([".shopper.00000002.replaced", "shop"]);
  });

  it("is left to a writer that lives", async () => {
    const parent = await temporaryDirectory();
    const path = join(parent, "shop");
    await folder(path, "whole");
    await folder(join(parent, ".shop.00000001.partial"), "half");
    await withLock(lockBeside(path), { command: "isrf data" }, () => mendDirectory(path));
    expect(await exists(join(parent, ".shop.00000001.partial"))).toBe(true);
  });

  it("keeps a former folder out of which not everything could be saved", async () => {
    const parent = await temporaryDirectory();
    await folder(join(parent, "shop"), "new");
    await folder(join(parent, ".shop.00000001.replaced"), "paid for");
    await mendDirectory(join(parent, "shop"), { salvage: async () => false });
    expect(await contentOf(join(parent, ".shop.00000001.replaced"))).toBe("paid for");
  });
});

it("a replacement whose second move fails is undone", async () => {
  const path = join(await temporaryDirectory(), "shop");
  await folder(path, "before");
  // The new folder vanishes before its move.
  await expect(writeDirectoryAtomic(path, (temporary) => rm(temporary, { recursive: true }))).rejects.toThrow();
  expect(await contentOf(path)).toBe("before");
  expect(await readdir(join(path, ".."))).toEqual(["shop"]);
});
