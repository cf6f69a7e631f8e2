// Killed right after a rename, the moment that a kill at random hardly ever hits: what was there is whole, the next
// command puts the rest right, and nothing that was paid for is lost.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exists, sha256File } from "../../src/base/files.ts";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { openDataset, synthesiseShop } from "../../src/data/index.ts";
import { openEmbeddings } from "../../src/embedding/index.ts";
import { readEvaluation, readRanks } from "../../src/pipeline/evaluate/store.ts";
import { bundledFile } from "../support/bundled.ts";
import { ISRF } from "../support/isrf-command.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { preparedShop, SEED } from "../support/trained-shop.ts";

/** Those of support/store-evaluation.ts. */
const QUESTIONS = ["sequential", "direct-uniform", "direct-popularity"];

function support(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Run words until the process has killed itself after rename number `after` to what matches `at`. */
async function killedAt(at: string, words: readonly string[], after = 1): Promise<void> {
  const preload = support("../support/kill-after-rename.mjs");
  const child = spawn(process.execPath, ["--import", preload, ...words], {
    env: { ...process.env, KILL_AT: at, KILL_AFTER: String(after) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  expect((await once(child, "exit"))[1]).toBe("SIGKILL");
}

let original: string;
let hashOfWhole: string;

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  original = await preparedShop(root);
  hashOfWhole = (await openDataset(original)).hash;
});
afterAll(() => rm(dirname(original), { recursive: true, force: true }));

async function copyOfShop(): Promise<{ shop: string; answers: string }> {
  const shop = join(await temporaryDirectory(), "shop");
  // Logs of a closed journal are empty, and go when the collector lets go of its statements: perhaps while we copy.
  await cp(original, shop, { recursive: true, filter: (path) => !/-(wal|shm)$/.test(path) });
  return { shop, answers: await sha256File(journalOf(shop)) };
}

function journalOf(shop: string): string {
  return join(shop, "reasoning", "journal.db");
}

/** Open a dataset and say what was told meanwhile. */
async function opened(shop: string): Promise<{ hash: string; told: string }> {
  const events: ProgressEvent[] = [];
  const { hash } = await openDataset(shop, (event) => events.push(event));
  return { hash, told: events.map((event) => (event.kind === "notice" ? event.message : "")).join("\n") };
}

const synth = (shop: string) => [
  ...ISRF,
  "data",
  "synth",
  "--users",
  "50",
  "--items",
  "120",
  "--out",
  shop,
  "--overwrite",
];

describe("an overwritten dataset", () => {
  it("killed between the two renames, is back at the next command, with its answers and vectors", async () => {
    const { shop, answers } = await copyOfShop();
    await killedAt("\\.replaced$", synth(shop));
    expect(await exists(shop)).toBe(false);
    const { hash, told } = await opened(shop);
    expect(hash).toBe(hashOfWhole);
    expect(told).toBe(`${shop}: its replacement had been interrupted; what was there before is back.`);
    expect(await sha256File(journalOf(shop))).toBe(answers);
    await openEmbeddings(shop, "lsa", { hash });
    expect(
      (await readdir(dirname(shop))).filter((name) => name.startsWith(".shop.") && !name.endsWith(".lock")),
    ).toEqual([]);
  });

  it("killed after the second rename, is the new one, with the answers", async () => {
    const { shop, answers } = await copyOfShop();
    await killedAt("/shop$", synth(shop));
    const { hash } = await opened(shop);
    expect(hash).not.toBe(hashOfWhole);
    expect(await sha256File(journalOf(shop))).toBe(answers);
    expect((await readdir(dirname(shop))).filter((name) => !name.endsWith(".lock"))).toEqual(["shop"]);
  });

  it("keeps answers and vectors, and names the vectors that no longer fit", async () => {
    const { shop, answers } = await copyOfShop();
    const told: string[] = [];
    const report = (event: ProgressEvent) => void (event.kind === "notice" && told.push(event.message));
    await synthesiseShop({ out: shop, users: 40, items: 120, seed: SEED, overwrite: true }, report);
    expect(told).toEqual([
      `${shop}/reasoning is kept: answers that fit the new data are used again.`,
      `${shop}/embeddings/lsa is kept: its vectors are of these data.`,
    ]);
    await openEmbeddings(shop, "lsa", await openDataset(shop));
    told.length = 0;
    await synthesiseShop({ out: shop, users: 50, items: 120, seed: SEED, overwrite: true }, report);
    expect(told[1]).toContain("embeddings/lsa is kept, but its vectors are of other data and are refused.");
    expect(await sha256File(journalOf(shop))).toBe(answers);
    expect(await readdir(dirname(shop))).toEqual(["shop"]);
  });
});

it("overwritten embeddings, killed between the two renames, are back", async () => {
  const { shop } = await copyOfShop();
  const words = [...ISRF, "embed", shop, "--name", "lsa", "--dimensions", "16"];
  await killedAt("\\.replaced$", words);
  expect(await exists(join(shop, "embeddings", "lsa"))).toBe(false);
  expect((await openEmbeddings(shop, "lsa")).manifest.dimensions).toBe(32);
});

it("an evaluation killed after any of its renames is the whole old one or the whole new one", async () => {
  const run = join(await temporaryDirectory(), "run");
  const store = [await bundledFile(support("../support/store-evaluation.ts"))];
  for (let after = 1; after <= QUESTIONS.length + 1; after++) {
    await rm(run, { recursive: true, force: true });
    await once(spawn(process.execPath, [...store, run, "old"], { stdio: "inherit" }), "exit");
    await killedAt("(ranks|evaluation)[^/]*json$", [...store, run, "newer"], after);
    const record = await readEvaluation(run);
    const isNew = after === QUESTIONS.length + 1;
    expect(record.fingerprint.hash).toBe(isNew ? "newer" : "old");
    for (const question of QUESTIONS) {
      const { ranks } = (await readRanks({ directory: run, record, question }))!;
      expect(ranks.first[0]).toBe(isNew ? 5 : 3);
    }
  }
  // The next evaluation takes the lock over, and removes the files of the killed ones.
  await once(spawn(process.execPath, [...store, run, "last"], { stdio: "inherit" }), "exit");
  const { ranks } = await readEvaluation(run);
  expect((await readdir(run)).sort()).toEqual([
    "evaluation.json",
    ...Object.values(ranks!)
      .map(({ file }) => file)
      .sort(),
  ]);
  expect(await readFile(join(run, "evaluation.json"), "utf8")).toContain('"sealed": true');
});
