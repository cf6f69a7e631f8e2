// What reasoning costs in the ways in which a model can be asked, side by side in one run: calls, tokens, tokens that
// the model had computed before, answers, processor time, what came of it, and how it is judged by rule (the checks of
// `isrf reason judge`, of whole chains).
//   npx tsx bench/reason-ways.ts DATASET --llm llama-cpp:model.gguf [--sample 4] [--ways 1,3] [--out FILE]
// DATASET is copied, so that every way begins without answers. Each way has a model of its own: none finds what another
// one left in the cache. node-llama-cpp must be found from the working folder. The record is written after each way.
import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { WORK_SEED } from "../src/base/seeds.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { planReasoning, reason } from "../src/pipeline/reason/index.ts";
import { reasonSettings } from "../src/pipeline/reason/settings.ts";
import { Journal, journalPath, readPrompts } from "../src/reasoning/index.ts";
import { origin } from "./engine/results.ts";
import { judgedByKind } from "./reason-ways/judged.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    llm: { type: "string" },
    sample: { type: "string", default: "4" },
    threads: { type: "string", default: "1" },
    concurrency: { type: "string", default: "1" },
    answers: { type: "string" },
    /** Some of the ways, counted from 1; default: all. */
    ways: { type: "string" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined || values.llm === undefined) throw new Error("expected a dataset and --llm");

const WAYS = [
  { name: "before: instruction first, free", prompts: "figures-6-7/2", structured: "off" },
  { name: "one call, instruction first, short, schema", prompts: "one-call/2", structured: "auto" },
  { name: "data first, schema", prompts: "figures-6-7/3", structured: "auto" },
  { name: "one call, schema", prompts: "one-call/1", structured: "auto" },
  { name: "data first, free", prompts: "figures-6-7/3", structured: "off" },
  {
    name: "one call, short, schema, about one of several that are alike",
    prompts: "one-call/2",
    structured: "auto",
    adaptItems: 0.8,
    adaptUsers: 0.9,
  },
  { name: "one call, instruction first, short, free", prompts: "one-call/2", structured: "off" },
] as const;

async function run({ name, ...way }: (typeof WAYS)[number], home: string) {
  const { prompts, structured } = way;
  // A link would be copied as one, and the answers taken away below would be those of the dataset.
  await cp(await realpath(directory!), home, { recursive: true });
  await rm(join(home, "reasoning"), { recursive: true, force: true });
  const dataset = await openDataset(home);
  const { llm, sample, threads, concurrency } = values;
  const numbers = { sample: Number(sample), threads: Number(threads), concurrency: Number(concurrency) };
  const settings = reasonSettings.parse({ llm, ...way, ...numbers });
  const plan = await planReasoning(dataset, splitOf(dataset), settings);
  const used = process.cpuUsage();
  const { items, users, tally, adapted, seconds } = await reason(plan);
  const { user, system } = process.cpuUsage(used);
  const processorSeconds = (user + system) / 1e6;
  const { calls, promptTokens, cachedTokens, completionTokens, asked, failed, repaired, flaws, steps } = tally;
  const tokens = { promptTokens, computedTokens: promptTokens - cachedTokens, completionTokens };
  const judged = await judgedByKind(dataset, plan, readPrompts(prompts));
  const counts = { items, users, judged, adapted, asked, failed, repaired, calls, ...tokens, flaws };
  const found = { name, prompts, structured, ...counts, steps, seconds, processorSeconds };
  console.log(JSON.stringify(found));
  if (values.answers !== undefined) {
    using journal = Journal.read(journalPath(home));
    const records = [...journal.records()];
    await writeJsonAtomic(
      `${values.answers}.${prompts.replace("/", "-")}.${structured}${"adaptItems" in way ? ".similar" : ""}.json`,
      records,
    );
  }
  return found;
}

// Before the models run: whoever works on the files meanwhile changes the commit, and the load is theirs afterwards.
const { matmulPeakGflops: _, ...about } = origin(0);
const wanted = values.ways?.split(",").map(Number);
const command = "npx tsx bench/reason-ways.ts DATASET --llm llama-cpp:FILE --sample N";
const { sample, threads, concurrency } = values;
const settings = { llm: basename(values.llm), sample, threads, concurrency, seed: WORK_SEED };
const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
const ways = [];
for (const [i, way] of WAYS.entries()) {
  if (wanted?.includes(i + 1) === false) continue;
  const home = await mkdtemp(join(tmpdir(), "isrf-ways-"));
  try {
    ways.push({ ...(await run(way, join(home, "data"))), loadPerCore: loadavg()[0]! / cpus().length });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  if (values.out !== undefined) await writeJsonAtomic(values.out, { command, ...about, machine, settings, ways });
}
// Native threads of the model end with the process.
process.exit(0);
