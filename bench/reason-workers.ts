// Reasoning by workers of which one is killed with -9 every few seconds, against a scripted model server that counts
// what it answers: how many answers were needed, given, and given twice as their worker died over them.
//   npx tsx bench/reason-workers.ts [--users 2500] [--items 2500] [--workers 4] [--kill-seconds 3] [--out FILE]
// Times on a shared machine tell of its neighbours.

import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { openDataset, splitOf, synthesiseShop } from "../src/data/index.ts";
import { openJobs } from "../src/jobs/index.ts";
import { planReasoning, reasonByWorkers } from "../src/pipeline/reason/index.ts";
import { reasonSettings } from "../src/pipeline/reason/settings.ts";
import { Journal, journalPath } from "../src/reasoning/index.ts";
import { ANSWER_WORDS, LlmServer, plausibleAnswer } from "../test/support/llm-server.ts";
import { origin } from "./engine/results.ts";

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "2500" },
    items: { type: "string", default: "2500" },
    workers: { type: "string", default: "4" },
    "kill-seconds": { type: "string", default: "3" },
    "delay-ms": { type: "string", default: "20" },
    out: { type: "string" },
  },
});
const [users, items, workers] = [values.users, values.items, values.workers].map(Number) as [number, number, number];
const LEASE_SECONDS = 3;

const folder = await mkdtemp(join(tmpdir(), "isrf-reason-workers-"));
const delayMs = Number(values["delay-ms"]);
await using server = await LlmServer.start(() => ({ kind: "answer", say: variedAnswer, delayMs }));
Object.assign(process.env, server.environment);
const shop = join(folder, "shop");
const made = await synthesiseShop({ users, items, seed: 4, out: shop });
const settings = reasonSettings.parse({ llm: "openai:scripted", concurrency: 4 });
const dataset = await openDataset(shop);
const plan = { ...(await planReasoning(dataset, splitOf(dataset), settings)), dataset };

let [kills, runs] = [0, 1];
function asideOnly(error: unknown): undefined {
  if (!/set aside/.test(String(error))) throw error;
}

/** Varied enough that among ten thousand subjects none is told what another was: copies would be asked again. */
function variedAnswer(prompt: string): string {
  const digest = createHash("sha256").update(`more ${prompt}`).digest();
  const more = [0, 1, 2, 3].map((i) => ANSWER_WORDS[digest[i]! % ANSWER_WORDS.length]);
  return `${plausibleAnswer(prompt)} They speak of ${more.join(", ")} ones in ${digest.readUInt32LE(8)} places.`;
}

/** A worker that has a shard; the queue is made by the run. */
async function kill(): Promise<void> {
  const store = await openJobs(join(shop, "reasoning", ".work", "jobs.db"), { mustExist: true });
  const active = await store.list({ states: ["active"] });
  await store.close();
  const pid = Number(active[kills % Math.max(active.length, 1)]?.worker?.split(" ")[1]);
  if (!(pid > 0)) return;
  try {
    process.kill(pid, "SIGKILL");
    kills++;
  } catch {
    // It is dead already: its lease has not ended.
  }
}

const { matmulPeakGflops: _, ...measured } = origin(0);
const start = performance.now();
const timer = setInterval(() => void kill().catch(() => {}), 1000 * Number(values["kill-seconds"]));
// Smaller shards than usual: a pool gives up when its processes die without a shard done between.
const run = () => reasonByWorkers(plan, settings, { workers, shardSize: 20, leaseSeconds: LEASE_SECONDS });
let result = await run().catch(asideOnly);
// A shard whose workers died three times is set aside: the same command tries it again.
for (; result === undefined; runs++) result = await run().catch(asideOnly);
clearInterval(timer);
const seconds = (performance.now() - start) / 1000;
using journal = Journal.read(journalPath(shop));
const questions = 3 * (made.users.length + made.items.length);
const record = {
  command: `npx tsx bench/reason-workers.ts ${process.argv.slice(2).join(" ")}`.trim(),
  ...measured,
  cores: cpus().length,
  users: made.users.length,
  items: made.items.length,
  workers,
  kills,
  /** Times that the command was called: again where shards had been set aside. */
  runs,
  questions,
  /** Questions in the same words are asked once. */
  differentQuestions: server.answered.size,
  inJournal: journal.counts().answered,
  complete: { items: result.items.complete, users: result.users.complete },
  answersGiven: server.answers,
  /** Given, and lost with the worker before it had put them: asked again. */
  answersLost: server.answers - server.answered.size,
  seconds,
};
console.log(JSON.stringify(record, null, 2));
if (values.out !== undefined) await writeJsonAtomic(values.out, record);
await rm(folder, { recursive: true, force: true });
