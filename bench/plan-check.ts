// Whether the simulator of `isrf plan` foretells runs: reasoning against the scripted server of the tests, whose
// answers take a known time, beside the simulated schedule of the same calls.
//   npx tsx bench/plan-check.ts
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { writeJsonAtomic } from "../src/base/files.ts";
import { splitOf } from "../src/data/index.ts";
import { simulate } from "../src/pipeline/plan/index.ts";
import { makeReasoner, reason } from "../src/pipeline/reason/index.ts";
import { LlmServer } from "../test/support/llm-server.ts";
import { tinyShop } from "../test/support/tiny-shop.ts";
import { ROOT } from "./engine/processes.ts";
import { origin } from "./engine/results.ts";

const CONCURRENCY = 8;
const CALL_MS = 500;
const STRAGGLER_FACTOR = 4;
/** Few enough that no two questions are equal, and even shares of the calls at once. */
const [USERS, ITEMS] = [16, 40];
const SEEDS = 200;

const CASES = [
  { name: "equal calls", stragglers: 0, failures: 0 },
  { name: "one in fifty takes four times as long", stragglers: 0.02, failures: 0 },
  { name: "one in fifty fails", stragglers: 0, failures: 0.02 },
] as const;

const ran = [];
for (const { name, stragglers, failures } of CASES) {
  const folder = mkdtempSync(join(tmpdir(), "isrf-plan-check-"));
  const every = (share: number, number: number) => share > 0 && number % Math.round(1 / share) === 0;
  await using server = await LlmServer.start(({ number }) =>
    every(failures, number)
      ? { kind: "status", status: 500 }
      : { kind: "answer", delayMs: CALL_MS * (every(stragglers, number) ? STRAGGLER_FACTOR : 1) },
  );
  const dataset = tinyShop(folder, { nUsers: USERS, nItems: ITEMS, length: 6 });
  const options = { concurrency: CONCURRENCY, structured: "off" } as const;
  const reasoner = makeReasoner("openai:scripted", dataset, splitOf(dataset), options, server.environment);
  const { seconds, tally } = await reason({ dataset, reasoner });
  const foretold = phase(ITEMS, stragglers, failures) + phase(USERS, stragglers, failures);
  ran.push({ name, calls: tally.calls, seconds, foretold, ratio: foretold / seconds });
  rmSync(folder, { recursive: true, force: true });
}
/** Users are asked about when all items are done. Mean over seeds: the server draws nothing. */
function phase(chains: number, stragglers: number, failures: number): number {
  const schedule = { tasks: chains, parts: 3, workers: CONCURRENCY, taskSeconds: CALL_MS / 1000, tries: 4 };
  let sum = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    sum += simulate({ ...schedule, stragglers, stragglerFactor: STRAGGLER_FACTOR, failures, seed }).seconds;
  }
  return sum / SEEDS;
}

const { matmulPeakGflops: _, ...about } = origin(0);
const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
const settings = { concurrency: CONCURRENCY, callMs: CALL_MS, stragglerFactor: STRAGGLER_FACTOR };
const command = "npx tsx bench/plan-check.ts";
await writeJsonAtomic(join(ROOT, "results/plan-check.json"), { command, ...about, machine, settings, ran });
for (const { name, seconds, foretold, ratio } of ran) {
  console.info(`${name}: ${seconds.toFixed(1)} s, foretold ${foretold.toFixed(1)} s (${ratio.toFixed(2)})`);
}
