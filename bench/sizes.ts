// Time and memory against the size of a shop: ratings of MovieLens-25M's shape, each step in a fresh process.
//   npm run bench:sizes -- [--sizes 100000,1000000] [--steps import,stats,audit,...] [--work DIR] [--threads N]
//   npm run bench:sizes -- --markdown     prints the table of docs/data.md, measures nothing
// What is there in --work is used again; results/bench-sizes.json keeps what is not measured anew. A step that fails or
// takes more than --minutes is recorded with what it said.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exists, readJson, writeJsonAtomic } from "../src/base/files.ts";
import { ROOT } from "./engine/processes.ts";
import { origin } from "./engine/results.ts";
import { makeRatings, type Ratings } from "./sizes/make-ratings.ts";
import { STEPS, type Step, type StepName } from "./sizes/steps.ts";
import { sizesTable } from "./sizes/table.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "100000,1000000" },
    steps: { type: "string", default: Object.keys(STEPS).join(",") },
    work: { type: "string", default: join(tmpdir(), "isrf-sizes") },
    threads: { type: "string", default: String(availableParallelism()) },
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "2026" },
    out: { type: "string", default: join(ROOT, "results/bench-sizes.json") },
    markdown: { type: "boolean", default: false },
  },
});

interface Measured {
  readonly step: StepName;
  readonly ratings: number;
  readonly what: string;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMemoryMiB: number;
  /** Figures of the step itself, such as seconds of one training step. */
  readonly figures: Readonly<Record<string, number>>;
  readonly failure?: string | undefined;
}

/** Make the tables of one size, where they are not there. */
async function shopOf(ratings: number): Promise<{ directory: string; counts: Ratings["counts"] }> {
  const directory = join(values.work, String(ratings));
  const record = join(directory, "counts.json");
  if (await exists(record)) return { directory, counts: (await readJson(record)) as Ratings["counts"] };
  mkdirSync(directory, { recursive: true });
  const { counts } = makeRatings(directory, ratings, Number(values.seed));
  await writeJsonAtomic(record, counts);
  return { directory, counts };
}

/** A module that makes a process tell its time and memory as its last word. */
const TELL = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write("\\n" + JSON.stringify([(userCPUTime + systemCPUTime) / 1e6, maxRSS / 1024]));
});`;

async function measure(step: StepName, ratings: number, directory: string): Promise<Measured> {
  const { what, words, replaces }: Step = STEPS[step];
  if (replaces !== undefined) await rm(join(directory, replaces), { recursive: true, force: true });
  const start = performance.now();
  const tell = ["--import", `data:text/javascript,${encodeURIComponent(TELL)}`];
  const child = spawn(process.execPath, [...tell, ...words(directory, Number(values.threads))], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: Number(values.minutes) * 60_000,
    killSignal: "SIGKILL",
  });
  let [said, complained] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (said = (said + data).slice(-100_000)));
  child.stderr.on("data", (data: Buffer) => (complained = (complained + data).slice(-10_000)));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on("close", (...end) => resolve(end)),
  );
  const lines = complained.trim().split("\n");
  const [processorSeconds, peakMemoryMiB] =
    signal === null ? (JSON.parse(lines.at(-1)!) as [number, number]) : [Number.NaN, Number.NaN];
  return {
    step,
    ratings,
    what,
    seconds: (performance.now() - start) / 1000,
    processorSeconds,
    peakMemoryMiB,
    figures: code === 0 ? figuresIn(said) : {},
    failure: code === 0 ? undefined : (signal ?? lines.slice(-4, -1).join(" ").slice(-500)),
  };
}

/** Of our own steps: numbers in the last line; of commands: nothing. */
function figuresIn(said: string): Record<string, number> {
  const last = said.trim().split("\n").at(-1) ?? "";
  return last.startsWith('{"figures":') ? (JSON.parse(last) as { figures: Record<string, number> }).figures : {};
}

interface Results {
  readonly sizes: readonly (Ratings["counts"] & { readonly ratings: number })[];
  readonly measured: readonly (Measured & ReturnType<typeof about>)[];
}

function about() {
  const { matmulPeakGflops: _, ...rest } = origin(0);
  return { ...rest, threads: Number(values.threads) };
}

async function keep(fresh: Results["measured"][number], counts: Ratings["counts"]): Promise<void> {
  const before: Results = (await exists(values.out))
    ? ((await readJson(values.out)) as Results)
    : { sizes: [], measured: [] };
  const { ratings, step } = fresh;
  const order = Object.keys(STEPS);
  await writeJsonAtomic(values.out, {
    command: "npm run bench:sizes -- --sizes 100000,1000000,5000000,20000000",
    seed: Number(values.seed),
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, memoryGiB: totalmem() / 2 ** 30, node: process.version },
    sizes: [...before.sizes.filter((size) => size.ratings !== ratings), { ratings, ...counts }].sort(
      (a, b) => a.ratings - b.ratings,
    ),
    measured: [...before.measured.filter((old) => old.step !== step || old.ratings !== ratings), fresh].sort(
      (a, b) => order.indexOf(a.step) - order.indexOf(b.step) || a.ratings - b.ratings,
    ),
  });
}

const steps = values.steps.split(",");
const unknown = steps.find((step) => !(step in STEPS));
if (unknown !== undefined) throw new Error(`no step ${unknown}; expected some of ${Object.keys(STEPS).join(", ")}`);
if (values.markdown) {
  const { sizes, measured } = (await readJson(values.out)) as Results;
  const ratings = sizes.map((size) => size.ratings);
  console.log(sizesTable(Object.keys(STEPS), ratings, measured));
}
for (const ratings of values.markdown ? [] : values.sizes.split(",").map(Number)) {
  const { directory, counts } = await shopOf(ratings);
  for (const step of steps as StepName[]) {
    const measured = { ...about(), ...(await measure(step, ratings, directory)) };
    const { seconds, processorSeconds, peakMemoryMiB, failure, figures } = measured;
    console.log(
      `${counts.interactions} ${step}: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor time, ${peakMemoryMiB.toFixed(0)} MiB ${JSON.stringify(figures)} ${failure ?? ""}`,
    );
    await keep(measured, counts);
  }
}
