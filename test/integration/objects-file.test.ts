// Objects as files of a folder.
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openObjects } from "../../src/objects/index.ts";
import { objectCases } from "../support/object-cases.ts";
import { mountRefusal, smallDisk } from "../support/small-disk.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const folder = mkdtempSync(join(tmpdir(), "isrf-objects-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("objects in a folder", () => {
  objectCases(() => ({
    address: `file://${folder}`,
    environment: {},
    isExact: true,
    isOrdered: true,
    damage: async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path);
      bytes[0]! ^= 1;
      await writeFile(path, bytes);
    },
  }));

  it("lies as an ordinary file, and refuses one that somebody else put there", async () => {
    const directory = await temporaryDirectory();
    const store = await openObjects(directory);
    await store.put("a/b", Buffer.from("tea"));
    expect(await readFile(join(directory, "a", "b"), "utf8")).toBe("tea");
    await writeFile(join(directory, "foreign"), "x");
    await expect(store.get("foreign")).rejects.toThrow(/foreign: found content .*, expected a file that a store/);
  });

  it("says what addresses it takes", async () => {
    for (const address of ["", "gs://bucket/x", "file://host/x"])
      await expect(openObjects(address)).rejects.toThrow(/expected/);
  });

  const refusal = mountRefusal();
  it.skipIf(refusal !== undefined)(
    `keeps the former content when the disk is full${refusal === undefined ? "" : ` (skipped: ${refusal})`}`,
    async () => {
      const disk = smallDisk(256);
      try {
        const store = await openObjects(disk.folder);
        await store.put("x", Buffer.from("former"));
        disk.fill();
        await expect(store.put("x", Buffer.alloc(9_000))).rejects.toThrow(
          /x: could not be written \(the disk is full\)/,
        );
        await expect(store.fetch("x", join(disk.folder, "copy"))).rejects.toThrow(/the disk is full/);
        expect(await readdir(join(disk.folder, ".partial"))).toEqual([]);
        expect(Buffer.from(await store.get("x")).toString()).toBe("former");
        disk.clear();
        await store.put("x", Buffer.alloc(9_000));
        expect(await store.get("x")).toHaveLength(9_000);
      } finally {
        disk.remove();
      }
    },
  );
});
