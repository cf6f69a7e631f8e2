// Full trainings by our trainer and by RecBole's on the same split, candidates, options and number of epochs, in fresh
// processes that take turns: HR@10 and NDCG@10 of both by our evaluation, and seconds per epoch side by side.
//   npm run bench:recbole -- --data DIR [--models sasrec,gru4rec] [--epochs 5] [--share 1] [--history 50]
//     [--seeds 1,2,3] [--out FILE]
// --share takes some of the users; --history N shortens what sequence models read, on both sides.
// It needs peers/recbole/.venv (bash peers/setup.sh && bash peers/recbole/setup.sh).
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readJson, writeJsonAtomic } from "../src/base/files.ts";
import { productVersion } from "../src/base/product-version.ts";
import { openDataset } from "../src/data/index.ts";
import { readLists, type Shop, sampleShop, writeExchange } from "./recbole/exchange.ts";
import { judge } from "./recbole/judge.ts";
import { COMPARED, type Compared, withHistory } from "./recbole/systems.ts";

const ROOT = resolve(import.meta.dirname, "..");
const PYTHON = join(ROOT, "peers/recbole/.venv/bin/python");
const THREADS = availableParallelism();
/** Of the users that are taken, whatever the seeds of the trainings. */
const SAMPLE_SEED = 1;

/** Large allocations kept by malloc, for both: without it PyTorch on a CPU can be half as fast. */
const ENVIRONMENT = { ...process.env, MALLOC_MMAP_THRESHOLD_: "4294967296", MALLOC_TRIM_THRESHOLD_: "4294967296" };

interface SideReport {
  readonly epochSeconds: readonly number[];
  readonly preparationSeconds: number;
  readonly instances: number;
  readonly stepsPerEpoch: number;
}

const SIDES = {
  ours: (folder: string) => [process.execPath, "--import", "tsx", join(ROOT, "bench/recbole/ours.ts"), folder],
  theirs: (folder: string) => [PYTHON, "-W", "ignore", join(ROOT, "peers/recbole/train.py"), folder],
} as const;
type Side = keyof typeof SIDES;

const { values: flags } = parseArgs({
  options: {
    data: { type: "string" },
    models: { type: "string", default: "sasrec,gru4rec,lightgcn" },
    epochs: { type: "string", default: "5" },
    share: { type: "string", default: "1" },
    history: { type: "string", default: "50" },
    seeds: { type: "string", default: "1,2,3" },
    out: { type: "string", default: join(ROOT, "results/recbole.json") },
  },
});
const models = flags.models.split(",");
const unknown = models.filter((model) => COMPARED[model] === undefined);
if (flags.data === undefined || unknown.length > 0 || !existsSync(PYTHON)) {
  console.error(
    `bench:recbole needs --data, models of ${Object.keys(COMPARED).join(", ")}, and peers/recbole/setup.sh`,
  );
  process.exit(2);
}

const dataset = await openDataset(flags.data);
const [epochs, share, history] = [flags.epochs, flags.share, flags.history].map(Number) as [number, number, number];
const seeds = flags.seeds.split(",").map(Number);
const shop = await sampleShop(dataset, share, SAMPLE_SEED);
const about = {
  dataset: { name: dataset.manifest.name, hash: dataset.hash, users: shop.sequences.length, items: shop.nItems },
  protocol: "strict split, test items; the last epoch of both; full ranking and 1 + 99 candidates",
  machine: { cpu: cpus()[0]!.model, cores: THREADS },
};
for (const model of models) {
  const run = {
    command: `npm run bench:recbole -- --data DIR --models ${model} --epochs ${epochs} --share ${share} --history ${history} --seeds ${flags.seeds}`,
    commit: execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim(),
    productVersion: productVersion(),
    date: new Date().toISOString(),
    loadAverageAtStart: loadavg()[0]!,
  };
  const result = await compare(model, shop);
  const results = { ...(await earlierResults()), [model]: { ...run, epochs, seeds, threads: THREADS, ...result } };
  await writeJsonAtomic(flags.out, { ...about, results });
}

/** Of other models on the same users: a model can be run again alone. */
async function earlierResults(): Promise<Record<string, unknown>> {
  if (!existsSync(flags.out)) return {};
  const earlier = (await readJson(flags.out)) as Partial<typeof about> & { results?: Record<string, unknown> };
  return JSON.stringify(earlier.dataset) === JSON.stringify(about.dataset) ? (earlier.results ?? {}) : {};
}

interface Turn {
  readonly reports: Readonly<Record<Side, SideReport>>;
  readonly lists: Readonly<Record<Side, Awaited<ReturnType<typeof readLists>>>>;
}

async function compare(model: string, shop: Shop) {
  const compared = withHistory(COMPARED[model]!, history);
  const turns: Turn[] = [];
  for (const [i, seed] of seeds.entries()) {
    turns.push(await takeTurn(model, compared, shop, seed, i % 2 === 0 ? ["ours", "theirs"] : ["theirs", "ours"]));
  }
  const tasks = ["sequential", "direct"] as const;
  const listsOf = (side: Side, task: string) => turns.map(({ lists }) => lists[side][task]!);
  const judged = Object.fromEntries(
    tasks.map((task) => [task, judge(shop, task, listsOf("ours", task), listsOf("theirs", task))]),
  );
  const secondsOf = (side: Side) => median(turns.flatMap(({ reports }) => [...reports[side].epochSeconds]));
  const secondsPerEpoch = { ours: secondsOf("ours"), theirs: secondsOf("theirs") };
  const line = { secondsPerEpoch, ratio: secondsPerEpoch.ours / secondsPerEpoch.theirs };
  console.log(model, JSON.stringify({ ...line, ...judged }));
  const { ours, theirs, differences } = compared;
  return { options: { ours, theirs }, differences, ...line, ...judged, reports: turns.map(({ reports }) => reports) };
}

async function takeTurn(model: string, { ours, theirs }: Compared, shop: Shop, seed: number, order: readonly Side[]) {
  const folder = await mkdtemp(join(tmpdir(), "isrf-recbole-"));
  try {
    const sizes = { nUsers: shop.sequences.length, nItems: shop.nItems };
    await writeExchange(folder, shop, { model, ours, theirs, epochs, seed, threads: THREADS, ...sizes });
    for (const side of order) {
      const [command, ...words] = SIDES[side](folder);
      execFileSync(command!, words, { cwd: ROOT, env: ENVIRONMENT, stdio: ["ignore", "ignore", "inherit"] });
    }
    const reports = { ours: await reportOf(folder, "ours"), theirs: await reportOf(folder, "theirs") };
    const [a, b] = [reports.ours.instances, reports.theirs.instances];
    if (a !== b) throw new Error(`${model}: ${a} instances, RecBole ${b}`);
    return { reports, lists: { ours: await readLists(folder, "ours"), theirs: await readLists(folder, "theirs") } };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function reportOf(folder: string, side: Side): Promise<SideReport> {
  return (await readJson(join(folder, `${side}.json`))) as SideReport;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
