import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeJsonAtomic } from "../../src/base/files.ts";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { silent } from "../../src/base/progress.ts";
import {
  auditDataset,
  importDataset,
  loadCandidates,
  negativesOf,
  openDataset,
  readTruth,
  splitLeaveLastTwo,
  synthesiseShop,
} from "../../src/data/index.ts";
import { readRunConfig } from "../../src/runs/run.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";

/** 120 users over 150 items; user u buys seven items, and every item is bought. */
function p5Lines(mutate: (user: number, items: number[]) => number[] = (_, items) => items): string {
  const lines = Array.from({ length: 120 }, (_, u) => {
    const items = Array.from({ length: 7 }, (_, k) => ((u * 7 + k * k) % 150) + 1);
    return [u + 1, ...mutate(u, items)].join(" ");
  });
  return `${lines.join("\n")}\n`;
}

async function shop(name = "shop"): Promise<string> {
  const out = join(await temporaryDirectory(), name);
  await synthesiseShop({ out, users: 40, items: 120 });
  return out;
}

describe("a dataset directory", () => {
  it("comes back as it was written, with equal hash", async () => {
    const dir = await directoryWith({ "sequential.txt": p5Lines() });
    const out = join(await temporaryDirectory(), "shop");
    const dataset = await importDataset({ dir, out, domain: "gadget" });
    expect(dataset.manifest).toMatchObject({ name: "shop", domain: "gadget", seed: 2023, counts: { users: 120 } });
    const again = await openDataset(out);
    expect(again).toEqual(dataset);
    const bought = again.sequences.map((sequence) => Array.from(sequence, (item) => again.items[item]!.itemId));
    const lines = p5Lines().trim().split("\n");
    expect(bought.map((ids, u) => [again.users[u], ...ids].join(" "))).toEqual(lines);
  });

  it("is the same for the same input, and its hash changes with the data", async () => {
    const temporary = await temporaryDirectory();
    const dir = await directoryWith({ "sequential.txt": p5Lines() });
    const first = await importDataset({ dir, out: join(temporary, "a") });
    const second = await importDataset({ dir, out: join(temporary, "b") });
    expect(second.hash).toBe(first.hash);
    expect(await loadCandidates(second, "test", "popularity")).toEqual(
      await loadCandidates(first, "test", "popularity"),
    );
    const swapped = p5Lines((u, items) => (u === 7 ? items.reverse() : items));
    const other = await importDataset({
      dir: await directoryWith({ "sequential.txt": swapped }),
      out: join(temporary, "c"),
    });
    expect(other.hash).not.toBe(first.hash);
  });

  it("holds four sets of distinct negatives, and lends copies of them", async () => {
    const dataset = await openDataset(await shop());
    for (const split of ["valid", "test"] as const) {
      for (const kind of ["uniform", "popularity"] as const) {
        const candidates = await loadCandidates(dataset, split, kind);
        expect(candidates).toMatchObject({ split, kind, perUser: 99 });
        const list = negativesOf(candidates, 3);
        expect(new Set([...list, ...dataset.sequences[3]!]).size).toBe(99 + dataset.sequences[3]!.length);
        list.fill(-1);
        expect(negativesOf(candidates, 3)).not.toContain(-1);
      }
    }
  });

  it("translates published negatives into its own numbers", async () => {
    const owned = p5Lines()
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number));
    const negatives = owned.map(([user, ...items]) => {
      const free = Array.from({ length: 150 }, (_, k) => k + 1).filter((item) => !items.includes(item));
      return [user, ...free.slice(0, 99)];
    });
    const dir = await directoryWith({
      "sequential.txt": p5Lines(),
      "negatives.txt": negatives.map((line) => `${line.join(" ")}\n`).join(""),
    });
    const dataset = await importDataset({ dir, out: join(await temporaryDirectory(), "shop") });
    const candidates = await loadCandidates(dataset, "test", "uniform");
    const back = Array.from(negativesOf(candidates, 5), (item) => dataset.items[item]!.sourceNumber);
    expect(back).toEqual(negatives[5]!.slice(1));
    expect((await loadCandidates(dataset, "valid", "uniform")).perUser).toBe(99);
  });

  it("splits off the last two items", async () => {
    const dataset = await openDataset(await shop());
    const split = splitLeaveLastTwo(dataset);
    dataset.sequences.forEach((sequence, user) => {
      expect([...split.prefixes[user]!, split.valid[user], split.test[user]]).toEqual([...sequence]);
    });
  });

  it("keeps the planted truth of a synthetic shop beside it", async () => {
    const directory = await shop();
    const dataset = await openDataset(directory);
    const truth = await readTruth(directory);
    expect(truth.users.map((user) => user.userId)).toEqual(dataset.users);
    expect(Object.keys(truth.itemTopics).sort()).toEqual(dataset.items.map((item) => item.itemId).sort());
  });

  it("passes its own audit, and shows a leak in source numbers", async () => {
    // Every user ends on an item that nobody bought before: the source numbers it right after the user's own.
    const lines = Array.from({ length: 200 }, (_, u) => [
      u + 1,
      ...Array.from({ length: 6 }, (_, k) => ((u * 3 + k * 11) % 100) + 1),
    ]);
    let next = 100;
    const text = lines.map((line) => [...line, ++next, ++next].join(" ")).join("\n");
    const dir = await directoryWith({ "sequential.txt": `${text}\n` });
    const dataset = await importDataset({ dir, out: join(await temporaryDirectory(), "leaky") });
    const { verdict, checks } = await auditDataset(dataset);
    const of = (name: string) => checks.find((check) => check.name === name)!;
    expect(verdict).toBe("warn");
    expect(of("id-order")).toMatchObject({ verdict: "ok" });
    expect(of("source-id-order")).toMatchObject({ verdict: "warn", numbers: { "HR@1": 1 } });
    expect(of("split-overlap").verdict).toBe("ok");
    expect(of("cold-targets").numbers).toMatchObject({ test: 200, valid: 200, share: 1 });
  });
});

describe("refusals", () => {
  it("leaves an existing dataset alone unless told to overwrite it", async () => {
    const out = await shop();
    const before = (await openDataset(out)).hash;
    await expect(synthesiseShop({ out, seed: 9 })).rejects.toMatchObject({ name: "UsageError" });
    expect((await openDataset(out)).hash).toBe(before);
    const after = await synthesiseShop({ out, seed: 9, users: 30, items: 120, overwrite: true });
    expect(after.hash).not.toBe(before);
    expect(await readdir(join(out, ".."))).toEqual(["shop"]);
  });

  it("never overwrites what is no dataset", async () => {
    const out = await directoryWith({ "letter.txt": "dear" });
    await expect(synthesiseShop({ out, overwrite: true })).rejects.toThrow(/is not a dataset/);
    expect(await readFile(join(out, "letter.txt"), "utf8")).toBe("dear");
  });

  it("leaves nothing behind when the input is malformed", async () => {
    const dir = await directoryWith({ "sequential.txt": "1 2 3 4\n2 x\n" });
    const parent = await temporaryDirectory();
    await expect(importDataset({ dir, out: join(parent, "shop") })).rejects.toMatchObject({ name: "InputError" });
    expect(await readdir(parent)).toEqual([]);
  });

  it("stops at a signal before anything stands in place", async () => {
    const parent = await temporaryDirectory();
    const stopped = synthesiseShop({ out: join(parent, "shop"), signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: "CancelledError" });
    expect(await readdir(parent)).toEqual([]);
  });

  it("says when the filters leave nobody", async () => {
    const dir = await directoryWith({ "sequential.txt": "1 2 3 4\n2 2 3 4\n" });
    const out = join(await temporaryDirectory(), "shop");
    await expect(importDataset({ dir, out, kCore: 5 }, silent)).rejects.toThrow(/Lower --k-core/);
  });

  it.each([
    [{}, /Name either --dir/],
    [{ dir: "x", interactions: "y" }, /Name either --dir/],
    [{ format: "p5", interactions: "y" }, /reads a folder/],
    [{ format: "csv", dir: "x" }, /reads a file/],
    [{ dir: "x", minLength: 2 }, /at least 3/],
    [{ dir: "x", kCore: -1 }, /whole number/],
  ] as const)("refuses options that do not fit: %j", async (options, message) => {
    await expect(importDataset({ ...options, out: "never" })).rejects.toThrow(message);
  });

  it("opens datasets only", async () => {
    const parent = await directoryWith({});
    await expect(openDataset(join(parent, "none"))).rejects.toThrow(/no such directory, expected a dataset/);
    await expect(openDataset(parent)).rejects.toThrow(/no manifest.json.*isrf data import/);
    const ofFirstRun = await temporaryDirectory();
    for (const file of ["dataset/manifest.json", "run/config.json"]) await writeJsonAtomic(join(ofFirstRun, file), {});
    await expect(openDataset(ofFirstRun)).rejects.toThrow(`Name ${join(ofFirstRun, "dataset")}: there lies`);
    await expect(readRunConfig(ofFirstRun)).rejects.toThrow(`Name ${join(ofFirstRun, "run")}: there lies`);
    await writeFile(join(parent, "manifest.json"), '{"kind":"run","format":1}');
    await expect(openDataset(parent)).rejects.toThrow(/an artifact of kind "run"/);
    await writeFile(join(parent, "manifest.json"), '{"kind":"dataset","format":2}');
    await expect(openDataset(parent)).rejects.toThrow(/found format 2, expected format 1/);
  });

  it.each(["users.parquet", "items.parquet", "interactions.parquet"])("names a damaged %s", async (name) => {
    const out = await shop();
    await truncate(join(out, name), 200);
    await expect(openDataset(out)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(new RegExp(`${name}: found .*Import the data again`)),
    });
  });

  it("names damaged and foreign candidates", async () => {
    const [out, other] = [await shop("a"), await shop("b")];
    const dataset = await openDataset(out);
    await truncate(join(out, "candidates.parquet"), 500);
    await expect(loadCandidates(dataset, "test", "uniform")).rejects.toThrow(/candidates\.parquet: found/);
    await synthesiseShop({ out: other, users: 60, items: 120, overwrite: true });
    await writeFile(join(out, "candidates.parquet"), await readFile(join(other, "candidates.parquet")));
    await expect(loadCandidates(dataset, "test", "uniform")).rejects.toThrow(/found 60 lists.*expected 40 lists/);
  });

  it("compares the tables with the manifest's counts", async () => {
    const out = await shop();
    // As of an older version.
    await rm(join(out, "checksums.json"));
    const manifest = await readFile(join(out, "manifest.json"), "utf8");
    await writeFile(
      join(out, "manifest.json"),
      manifest.replace(/("counts": \{\s*"users": )40/, (_, head) => `${head}41`),
    );
    await expect(openDataset(out)).rejects.toThrow(/found 40 users, expected 41/);
  });
});

it("opens the directory of that very name, not one that its name would match as a pattern", async () => {
  const folder = await temporaryDirectory();
  const [named, other] = [join(folder, "shop[1]"), join(folder, "shop1")];
  const { hash } = await synthesiseShop({ users: 20, items: 60, seed: 1, out: named });
  await synthesiseShop({ users: 20, items: 60, seed: 2, out: other });
  const dataset = await openDataset(named);
  expect(dataset.hash).toBe(hash);
  expect((await openDataset(other)).hash).not.toBe(hash);
  expect((await loadCandidates(dataset, "test")).perUser).toBeGreaterThan(0);
});

it("warns where the catalogue is too small for 99 negatives", async () => {
  const dir = await directoryWith({ "sequential.txt": "1 1 2 3\n2 2 3 4\n3 5 6 7\n" });
  const events: ProgressEvent[] = [];
  const dataset = await importDataset({ dir, out: join(await temporaryDirectory(), "s") }, (e) => events.push(e));
  expect((await loadCandidates(dataset, "test", "uniform")).perUser).toBe(4);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: "warning", message: expect.stringMatching(/leaves 4/) }),
  );
});
