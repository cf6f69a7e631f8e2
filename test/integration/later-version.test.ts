// A run that is asked about a later version of its data, as a real process: what it answers, and how it says that it is
// stale.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { appendToDataset, type Dataset } from "../../src/data/index.ts";
import { embed } from "../../src/pipeline/embed/embed.ts";
import { addItems, removeAddedItems } from "../../src/pipeline/items/index.ts";
import { reason } from "../../src/pipeline/reason/reason.ts";
import { train } from "../../src/pipeline/train/index.ts";
import { growingShop } from "../support/growing-shop.ts";
import { ISRF } from "../support/isrf-command.ts";

const TIMEOUT_MS = 120_000;
const TOY = { width: 16, epochs: 1, warmStartEpochs: 2, sequenceEpochs: 2, validationUsers: 20 };

// Each question is a process of its own.
vi.setConfig({ testTimeout: TIMEOUT_MS });

let root: string;
let before: Dataset;
let later: Dataset;
const at = (name: string): string => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  ({ before, later } = await growingShop(root, { users: 60, items: 80 }));
  await reason({ dataset: before, seed: 5 });
  await embed({ dataset: before, seed: 5, dimensions: 32 });
  const shared = { dataset: before, preset: "tiny", threads: 1 };
  await train({ ...shared, overrides: TOY, out: at("isrf") });
  await train({ ...shared, model: "sasrec", overrides: { epochs: 3 }, out: at("sasrec") });
}, TIMEOUT_MS);

afterAll(async () => {
  vi.resetConfig();
  await rm(root, { recursive: true, force: true });
});

interface Answer {
  readonly system: string;
  readonly note?: string;
  readonly fallback?: string;
  readonly stale?: { readonly interactions: number; readonly items: number; readonly users: number };
  readonly recommendations: readonly { readonly item: { readonly itemId: string }; readonly score: number }[];
}

async function isrf(...words: string[]) {
  const child = spawn(process.execPath, [...ISRF, ...words, "--threads", "1"]);
  const texts = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk: Buffer) => {
      texts[stream] += chunk.toString();
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...texts };
}

async function answered<T>(...words: string[]): Promise<{ readonly answer: T; readonly stderr: string }> {
  const { code, stdout, stderr } = await isrf(...words, "--json");
  expect(code, stderr).toBe(0);
  return { answer: JSON.parse(stdout) as T, stderr };
}

function historyOf({ users, items, sequences }: Dataset, user: string): string[] {
  return Array.from(sequences[users.indexOf(user)]!, (item) => items[item]!.itemId);
}

const itemsOf = ({ recommendations }: Answer) => recommendations.map(({ item }) => item.itemId);
const newUsers = () => later.users.filter((user) => !before.users.includes(user));
const newItems = () => {
  const known = new Set(before.items.map(({ itemId }) => itemId));
  return later.items.map(({ itemId }) => itemId).filter((id) => !known.has(id));
};

describe.each(["isrf", "sasrec"])("%s, asked about a later version of its data", (model) => {
  it("answers a known user by the later history, and says how stale it is", async () => {
    const user = before.users[3]!;
    const words = ["recommend", at(model), "--user", user, "--dataset", at("shop-2")];
    const { answer, stderr } = await answered<Answer>(...words);
    const stale = {
      dataset: at("shop-2"),
      interactions: later.manifest.counts.interactions - before.manifest.counts.interactions,
      items: newItems().length,
      users: newUsers().length,
    };
    expect(answer.stale).toEqual(stale);
    expect(stderr.match(/is stale/g)).toHaveLength(1);
    expect(stderr).toContain(
      `${stale.interactions} more interactions, and ${stale.items} items and ${stale.users} users`,
    );
    expect(answer.system).toBe(model);
    expect(answer.recommendations).toHaveLength(10);
    const owned = new Set(historyOf(later, user));
    expect(owned.size).toBeGreaterThan(historyOf(before, user).length);
    expect(itemsOf(answer).filter((id) => owned.has(id) || newItems().includes(id))).toEqual([]);
  });

  it("answers a user who came later by what the model knows of the history", async () => {
    const user = newUsers()[0]!;
    const words = ["recommend", at(model), "--user", user, "--dataset", at("shop-2")];
    const { answer } = await answered<Answer>(...words);
    const owned = historyOf(later, user);
    expect(answer.note).toContain("came after the run was trained");
    expect(answer.note).toContain(`${owned.filter((id) => !newItems().includes(id)).length} of the user's items`);
    expect(answer.fallback ?? answer.system).toBe(model);
    expect(itemsOf(answer).filter((id) => owned.includes(id))).toEqual([]);
  });

  it("answers those of whom nothing is new as before, whatever their numbers are by now", async () => {
    const [first, ...others] = before.users;
    // An item that comes first in the first history moves the numbers of all others.
    await writeFile(at("early.csv"), `user_id,item_id,timestamp\n${first},EARLY-1,1\n`);
    const out = at(`moved-${model}`);
    const { dataset } = await appendToDataset(at("shop"), { interactions: at("early.csv"), out });
    const position = (of: Dataset) => of.items.findIndex(({ itemId }) => itemId === before.items[5]!.itemId);
    expect(position(dataset)).not.toBe(position(before));
    const users = others.slice(0, 5).join(",");
    const lists = async (...more: string[]) =>
      (await answered<readonly Answer[]>("recommend", at(model), "--user", users, ...more)).answer;
    const [now, then] = [await lists("--dataset", out), await lists()];
    expect(now.map(itemsOf)).toEqual(then.map(itemsOf));
  });
});

describe("a stale run", () => {
  it("answers everybody of the later data into a file", async () => {
    const out = at("all.csv");
    const words = ["recommend", at("sasrec"), "--all-users", "--top", "3", "--out", out, "--dataset", at("shop-2")];
    const { answer } = await answered<{ users: number; stale: unknown }>(...words);
    expect(answer.users).toBe(later.users.length);
    expect(answer.stale).toBeDefined();
    const named = new Set(
      (await readFile(out, "utf8"))
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",")[0]),
    );
    expect(named).toEqual(new Set(later.users));
  });

  it("lists similar items of those that it knows, and says of others that they are newer", async () => {
    const item = before.items[2]!.itemId;
    const { answer } = await answered<{ stale: unknown; similar: readonly unknown[] }>(
      ...["similar", at("isrf"), "--item", item, "--by", "texts", "--dataset", at("shop-2")],
    );
    expect(answer.stale).toBeDefined();
    expect(answer.similar.length).toBeGreaterThan(0);
    const { code, stderr } = await isrf("similar", at("isrf"), "--item", newItems()[0]!, "--dataset", at("shop-2"));
    expect(code).toBe(2);
    expect(stderr).toContain(`item ${newItems()[0]} is newer than the run`);
  });

  it("explains with the later history, and nobody whom it does not know", async () => {
    const user = before.users[3]!;
    const words = ["explain", at("isrf"), "--top", "2", "--dataset", at("shop-2"), "--user"];
    const { answer } = await answered<{ stale: unknown; history: readonly { itemId: string }[] }>(...words, user);
    expect(answer.stale).toBeDefined();
    const known = historyOf(later, user).filter((id) => !newItems().includes(id));
    expect(answer.history.map(({ itemId }) => itemId)).toEqual(known);
    const { code, stderr } = await isrf(...words, newUsers()[0]!);
    expect(code).toBe(2);
    expect(stderr).toContain("Train again from it");
  });

  it("is not evaluated on data that hold out other items", async () => {
    const { code, stderr } = await isrf("evaluate", at("sasrec"), "--dataset", at("shop-2"));
    expect(code).toBe(2);
    expect(stderr).toContain("a later version of the run's data");
    expect(stderr).toContain("--from");
  });

  it("reckons with items of the later data that were added to it", async () => {
    await addItems(at("isrf"), { items: at("items.jsonl"), skipKnown: true });
    const user = later.users.find((id) => historyOf(later, id).some((item) => newItems().includes(item)))!;
    const words = ["recommend", at("isrf"), "--user", user, "--top", "80", "--dataset", at("shop-2")];
    const { answer } = await answered<Answer>(...words);
    expect(answer.stale).toMatchObject({ items: 0 });
    const owned = historyOf(later, user);
    const open = later.items.map(({ itemId }) => itemId).filter((id) => !owned.includes(id));
    expect(itemsOf(answer)).toEqual(expect.arrayContaining(open));
    expect(itemsOf(answer).filter((id) => owned.includes(id))).toEqual([]);
    await removeAddedItems(at("isrf"), { all: true });
  });

  it("answers when the data that it was trained on are gone", async () => {
    await rename(at("shop"), at("hidden"));
    try {
      const words = ["recommend", at("sasrec"), "--user", before.users[0]!, "--dataset", at("shop-2")];
      expect((await answered<Answer>(...words)).answer.system).toBe("sasrec");
    } finally {
      await rename(at("hidden"), at("shop"));
    }
  });
});
