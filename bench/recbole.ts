// Full trainings by our trainer and by RecBole's on the same split, candidates, options and number of epochs, in fresh
// processes that take turns: HR@10 and NDCG@10 of both by our evaluation, and seconds per epoch side by side.
//   npm run bench:recbole -- --data DIR [--models sasrec,gru4rec] [--epochs 5] [--share 1] [--history 50] [--seed 1] [--out FILE]
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
import { COMPARED, withHistory } from "./recbole/systems.ts";

const ROOT = resolve(import.meta.dirname, "..");
const PYTHON = join(ROOT, "peers/recbole/.venv/bin/python");
const THREADS = availableParallelism();

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
    seed: { type: "string", default: "1" },
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
const [epochs, seed, share, history] = [flags.epochs, flags.seed, flags.share, flags.history].map(Number) as [
  number,
  number,
  number,
  number,
];
const shop = await sampleShop(dataset, share, seed);
const about = {
  dataset: { name: dataset.manifest.name, hash: dataset.hash, users: shop.sequences.length, items: shop.nItems },
  protocol: "strict split, test items; the last epoch of both; full ranking and 1 + 99 candidates",
  machine: { cpu: cpus()[0]!.model, cores: THREADS },
};
for (const [turn, model] of models.entries()) {
  const run = {
    command: `npm run bench:recbole -- --data DIR --models ${model} --epochs ${epochs} --share ${share} --history ${history} --seed ${seed}`,
    commit: execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim(),
    productVersion: productVersion(),
    date: new Date().toISOString(),
    loadAverageAtStart: loadavg()[0]!,
  };
  const result = await compare(model, shop, turn % 2 === 0 ? ["ours", "theirs"] : ["theirs", "ours"]);
  const results = { ...(await earlierResults()), [model]: { ...run, epochs, seed, threads: THREADS, ...result } };
  await writeJsonAtomic(flags.out, { ...about, results });
}

/** Of other models on the same users: a model can be run again alone. */
async function earlierResults(): Promise<Record<string, unknown>> {
  if (!existsSync(flags.out)) return {};
  const earlier = (await readJson(flags.out)) as Partial<typeof about> & { results?: Record<string, unknown> };
  return JSON.stringify(earlier.dataset) === JSON.stringify(about.dataset) ? (earlier.results ?? {}) : {};
}

async function compare(model: string, shop: Shop, order: readonly Side[]) {
  const { ours, theirs, differences } = withHistory(COMPARED[model]!, history);
  const folder = await mkdtemp(join(tmpdir(), "isrf-recbole-"));
  try {
    const sizes = { nUsers: shop.sequences.length, nItems: shop.nItems };
    await writeExchange(folder, shop, { model, ours, theirs, epochs, seed, threads: THREADS, ...sizes });
    for (const side of order) {
      const [command, ...words] = SIDES[side](folder);
      execFileSync(command!, words, { cwd: ROOT, env: ENVIRONMENT, stdio: ["ignore", "ignore", "inherit"] });
    }
    const [a, b] = await Promise.all([reportOf(folder, "ours"), reportOf(folder, "theirs")]);
    if (a.instances !== b.instances) throw new Error(`${model}: ${a.instances} instances, RecBole ${b.instances}`);
    const [mine, other] = [await readLists(folder, "ours"), await readLists(folder, "theirs")];
    const tasks = ["sequential", "direct"] as const;
    const judged = Object.fromEntries(tasks.map((task) => [task, judge(shop, task, mine[task]!, other[task]!)]));
    const secondsPerEpoch = { ours: median(a.epochSeconds), theirs: median(b.epochSeconds) };
    const line = { secondsPerEpoch, ratio: secondsPerEpoch.ours / secondsPerEpoch.theirs };
    console.log(model, JSON.stringify({ ...line, ...judged }));
    return { options: { ours, theirs }, differences, ...line, ...judged, reports: { ours: a, theirs: b } };
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
