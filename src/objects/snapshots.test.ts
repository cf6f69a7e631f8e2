import { appendFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import {
  type Content,
  fetchSnapshot,
  type ObjectStore,
  openObjects,
  putSnapshot,
  removeSnapshot,
  snapshotHash,
} from "./index.ts";

const PLACE = "studies/0a1b/";

async function training() {
  const root = await temporaryDirectory();
  const run = join(root, "run");
  await mkdir(join(run, "checkpoint", "last-1"), { recursive: true });
  await writeFile(join(run, "checkpoint", "last-1", "weights"), Buffer.alloc(2 ** 20 + 1, 7));
  await writeFile(join(run, "metrics.jsonl"), "first\n");
  return { root, run, store: await openObjects(join(root, "objects")) };
}

const namesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map(({ name }) => name);

it("gives the last state that was put, in the place of what is there", async () => {
  const { root, run, store } = await training();
  await writeFile(join(run, ".lock"), "");
  expect(await putSnapshot(store, PLACE, run)).toBe(await snapshotHash(store, PLACE));
  await appendFile(join(run, "metrics.jsonl"), "second\n");
  await rm(join(run, "checkpoint", "last-1"), { recursive: true });
  await mkdir(join(run, "checkpoint", "last-2"));
  await writeFile(join(run, "checkpoint", "last-2", "weights"), Buffer.alloc(2 ** 20 + 1, 8));
  expect(await putSnapshot(store, PLACE, run)).toBe(await snapshotHash(store, PLACE));
  const target = join(root, "elsewhere");
  await mkdir(target);
  await writeFile(join(target, "older"), "");
  expect(await fetchSnapshot(store, PLACE, target)).toBe(await snapshotHash(store, PLACE));
  expect((await namesIn(target)).sort()).toEqual(["metrics.jsonl", "weights"]);
  expect(await readFile(join(target, "metrics.jsonl"), "utf8")).toBe("first\nsecond\n");
  expect((await readFile(join(target, "checkpoint", "last-2", "weights")))[0]).toBe(8);
  // Nothing of the state before is kept, nor of the copies that were put.
  expect((await namesIn(join(root, "objects", "studies"))).filter((name) => !name.startsWith("."))).toHaveLength(3);
  expect((await readdir(root)).sort()).toEqual(["elsewhere", "objects", "run"]);
});

it("has no state where none was put, where one was removed, and where a file of it is gone", async () => {
  const { root, run, store } = await training();
  const target = join(root, "elsewhere");
  expect(await putSnapshot(store, PLACE, join(root, "nothing"))).toBeUndefined();
  expect(await fetchSnapshot(store, PLACE, target)).toBeUndefined();
  await putSnapshot(store, PLACE, run);
  for await (const { name } of store.list(`${PLACE}files/`)) {
    await store.remove(name);
    break;
  }
  await mkdir(target);
  await writeFile(join(target, "own"), "");
  expect(await fetchSnapshot(store, PLACE, target)).toBeUndefined();
  expect(await readdir(target)).toEqual(["own"]);
  await putSnapshot(store, PLACE, run);
  await removeSnapshot(store, PLACE);
  expect(await fetchSnapshot(store, PLACE, target)).toBeUndefined();
});

it("gives the state that took the place of the one it was fetching", async () => {
  const { root, run, store } = await training();
  await putSnapshot(store, PLACE, run);
  let isReplaced = false;
  const moving: ObjectStore = Object.assign(Object.create(store), {
    fetch: async (name: string, path: string) => {
      if (!isReplaced) {
        isReplaced = true;
        await rm(join(run, "metrics.jsonl"));
        await writeFile(join(run, "checkpoint", "last-1", "weights"), "others");
        await putSnapshot(store, PLACE, run);
      }
      return store.fetch(name, path);
    },
  });
  const target = join(root, "elsewhere");
  expect(await fetchSnapshot(moving, PLACE, target)).toBe(await snapshotHash(store, PLACE));
  expect(await namesIn(target)).toEqual(["weights"]);
  expect(await readFile(join(target, "checkpoint", "last-1", "weights"), "utf8")).toBe("others");
});

it("takes no state that its preparation refuses", async () => {
  const { root, run, store } = await training();
  await putSnapshot(store, PLACE, run);
  const prepare = () => Promise.reject(new Error("another dataset"));
  await expect(fetchSnapshot(store, PLACE, join(root, "elsewhere"), { prepare })).rejects.toThrow("another dataset");
  expect((await readdir(root)).sort()).toEqual(["objects", "run"]);
});

it("holds a long log as it was, though lines are added while it is put", async () => {
  const { root, run, store } = await training();
  const log = join(run, "metrics.jsonl");
  const before = "a line\n".repeat(2 ** 18);
  await writeFile(log, before);
  const slow: ObjectStore = Object.assign(Object.create(store), {
    putOnce: async (name: string, content: Content) => {
      await appendFile(log, "more\n");
      return store.putOnce(name, content);
    },
  });
  expect(await putSnapshot(slow, PLACE, run)).toBeDefined();
  const target = join(root, "elsewhere");
  expect(await fetchSnapshot(store, PLACE, target)).toBeDefined();
  expect((await readFile(join(target, "metrics.jsonl"), "utf8")) === before).toBe(true);
});
