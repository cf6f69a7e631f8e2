// Reasoning by worker processes over a queue and an object store: whoever is killed, nothing is asked twice.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openDataset, splitOf, synthesiseShop } from "../../src/data/index.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { openObjects } from "../../src/objects/index.ts";
import { planReasoning, reason, reasonByWorkers, type WorkersOptions } from "../../src/pipeline/reason/index.ts";
import { reasonSettings } from "../../src/pipeline/reason/settings.ts";
import { Journal, journalPath, STEPWISE_PROMPTS } from "../../src/reasoning/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { missingRedis, startRedis } from "../support/redis.ts";
import { startS3rver } from "../support/s3-server.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const SHOP = { users: 20, items: 60, seed: 4 };
let folder: string;
let shop: string;
let server: LlmServer;
let needed: number;
beforeEach(async () => {
  folder = await temporaryDirectory();
  shop = join(folder, "shop");
  const { users, items } = await synthesiseShop({ ...SHOP, out: shop });
  needed = 3 * (users.length + items.length);
  server = await LlmServer.start(() => ({ kind: "answer", delayMs: 5 }));
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
});

async function byWorkers(options: WorkersOptions, more: Record<string, unknown> = {}) {
  const way = { prompts: STEPWISE_PROMPTS.version, structured: "auto" };
  const settings = reasonSettings.parse({ llm: "openai:scripted", concurrency: 2, ...way, ...more });
  const dataset = await openDataset(shop);
  const plan = await planReasoning(dataset, splitOf(dataset), settings);
  return reasonByWorkers({ ...plan, dataset }, settings, { shardSize: 10, leaseSeconds: 2, ...options });
}

/** Answers that no kill takes away: those in the store and in the journal. */
async function durable(): Promise<number> {
  const keys = new Set<string>();
  const answers = join(shop, "reasoning", ".work", "objects", "reasoning");
  for (const name of existsSync(answers) ? await readdir(answers, { recursive: true }) : []) {
    if (!/answers\/.*\.jsonl$/.test(name)) continue;
    const lines = (await readFile(join(answers, name), "utf8").catch(() => "")).split("\n");
    for (const line of lines) if (line !== "") keys.add((JSON.parse(line) as { key: string }).key);
  }
  for (const { key } of stored()) keys.add(key);
  return keys.size;
}

function stored() {
  if (!existsSync(journalPath(shop))) return [];
  using journal = Journal.read(journalPath(shop));
  return [...journal.records()];
}

/** The server falls silent after so many answers, until what it answered is kept; then `harm` is done. */
async function silentAt(count: number, harm: () => Promise<void>): Promise<void> {
  let release = () => {};
  const after = new Promise<void>((done) => {
    release = done;
  });
  let [answers, held] = [server.answers, 0];
  server.follow(() => {
    if (++answers <= count) return { kind: "answer", delayMs: 5 };
    held++;
    return { kind: "answer", after };
  });
  await until(async () => held >= 2 && (await isKept()) && (await isKept()));
  await harm();
  // Until the server has heard that whoever asked is gone.
  await new Promise((done) => setTimeout(done, 200));
  server.follow(() => ({ kind: "answer", delayMs: 5 }));
  release();
}

/** Everything that was answered, and nothing is on its way. */
async function isKept(): Promise<boolean> {
  const before = server.answers;
  await new Promise((done) => setTimeout(done, 50));
  return server.answers === before && (await durable()) === before;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 20));
}

/** Kill a worker process that has a job. */
async function killWorker(): Promise<void> {
  const store = await openJobs(join(shop, "reasoning", ".work", "jobs.db"));
  const [job] = await store.list({ states: ["active"], limit: 1 });
  await store.close();
  process.kill(Number(job!.worker!.split(" ")[1]), "SIGKILL");
}

it("workers killed with -9 one after the other: requests answered are requests needed", async () => {
  const running = byWorkers({ workers: 2 });
  for (const count of [40, 200]) await silentAt(count, killWorker);
  expect(await running).toMatchObject({ items: { complete: 60 }, users: { complete: 20 }, tally: { asked: needed } });
  expect(server.answers).toBe(needed);
  expect(server.answered.size).toBe(needed);
  expect(stored()).toHaveLength(needed);
  // Nothing is left of it but the journal.
  expect(existsSync(join(shop, "reasoning", ".work"))).toBe(false);
}, 120_000);

it(`answers of workers over Redis and a bucket are those of one process, and only data stay there${missingRedis.replace("skipped", "without Redis")}`, async () => {
  await using bucket = await disposed(startS3rver());
  for (const [name, value] of Object.entries(bucket.environment)) vi.stubEnv(name, value);
  await using redis = missingRedis === "" ? await disposed(startRedis()) : undefined;
  const queue = redis?.url ?? join(folder, "jobs.db");
  await byWorkers({ workers: 1, queue, objects: "s3://bucket/shop" });
  const elsewhere = answersOf();
  const objects = await openObjects("s3://bucket/shop");
  const left = new Set<string>();
  for await (const { name } of objects.list("")) left.add(name.split("/")[0]!);
  expect([...left].sort()).toEqual(["contents", "folders"]);
  const plain = join(folder, "plain");
  await synthesiseShop({ ...SHOP, out: plain });
  shop = plain;
  await reason({ dataset: plain, reasoner: "openai:scripted", prompts: STEPWISE_PROMPTS });
  expect(elsewhere).toEqual(answersOf());
}, 60_000);

/** A server that goes with its block. */
async function disposed<T extends { remove(): Promise<void> }>(starting: Promise<T>): Promise<T & AsyncDisposable> {
  const server = await starting;
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.remove() });
}

/** All that does not depend on the clock. */
function answersOf() {
  return stored().map(({ createdAt: _, milliseconds: __, ...record }) => record);
}

it("one budget holds over all workers, and the next run goes on", async () => {
  const short = await byWorkers({ workers: 2 }, { budgetCalls: 30 });
  expect(short.stopped).toMatch(/budget/);
  expect(server.answers).toBeLessThanOrEqual(30);
  expect(server.answers).toBeGreaterThan(20);
  expect(short.tally.calls).toBe(server.answers);
  expect((await byWorkers({ workers: 1 })).stopped).toBeUndefined();
  expect(server.answers).toBe(needed);
}, 60_000);

it("tokens that servers had in their caches come from workers too, and have their price", async () => {
  server.follow(() => ({ kind: "answer", cachedTokens: 20 }));
  const prices = { priceInput: 2, priceCached: 0.5, priceOutput: 10 };
  const { tally, cost } = await byWorkers({ workers: 1 }, { ...prices, concurrency: 8 });
  expect(tally).toMatchObject({ calls: needed, cachedTokens: 20 * needed });
  expect(stored().reduce((sum, { cachedTokens }) => sum + cachedTokens, 0)).toBe(20 * needed);
  const micro = (server.promptTokens - 20 * needed) * 2 + 20 * needed * 0.5 + server.completionTokens * 10;
  expect(cost).toBeCloseTo(micro / 1e6, 12);
}, 60_000);

it("a model that gives nothing usable is found out once, and the run ends", async () => {
  server.follow(() => ({ kind: "answer", text: "I'm sorry, I cannot help with that." }));
  await expect(byWorkers({ workers: 1, shardSize: 10 }, { concurrency: 1 })).rejects.toThrow(
    /^Of 20 questions in a row 0 \(0 %\) have a usable answer/,
  );
  expect(server.answers).toBe(40);
}, 60_000);
