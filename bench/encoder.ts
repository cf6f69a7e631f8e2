// Sentences per second of the transformer encoder against sentence-transformers on the same CPU, in one run: fresh
// processes, alternating order, medians. `npm run bench:encoder -- [ROUNDS] [TEXTS]` writes results/bench-encoder.json.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeJsonAtomic } from "../src/base/files.ts";
import { productVersion } from "../src/base/product-version.ts";
import { Random } from "../src/base/random.ts";

const ROOT = resolve(import.meta.dirname, "..");
const PEERS = join(ROOT, "peers/encoders");
const MODEL = join(PEERS, "models/all-MiniLM-L6-v2");
const PYTHON = join(PEERS, ".venv/bin/python");
const SEED = 2026;
const THREADS = availableParallelism();
/** Running processes per core at the start above which the figures say more about the neighbours. */
const QUIET_LOAD = 0.2;

interface Timing {
  readonly loadSeconds: number;
  readonly warmSeconds: number;
  readonly encodeSeconds: number;
  /** Of all threads: what neighbours on the machine disturb least. */
  readonly cpuSeconds: number;
  /** The first text's vector: both must compute the same thing. */
  readonly first: readonly number[];
}

const WORDS =
  "users who value gentle everyday care prefer this brand for its light scent and lasting moisture while buyers of " +
  "strong perfume heavy oils or glossy colours avoid it core features are natural ingredients fair price small bottle " +
  "sensitive skin dry hair matte finish argan vitamin sunscreen serum lipstick shampoo";

/** Sentences of 10 to 110 words, as reasoning chains write them. */
function makeTexts(count: number): string[] {
  const random = Random.of(SEED, "bench texts");
  const words = WORDS.split(" ");
  const sentence = () => Array.from({ length: 10 + random.below(101) }, () => random.pick(words)).join(" ");
  return Array.from({ length: count }, sentence);
}

function time(command: string, words: readonly string[]): Timing {
  // Large allocations kept by malloc: without it PyTorch on a CPU can be half as fast.
  const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: "4294967296", MALLOC_TRIM_THRESHOLD_: "4294967296" };
  return JSON.parse(execFileSync(command, words, { cwd: ROOT, env, encoding: "utf8" }).trim().split("\n").at(-1)!);
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

function summary(timings: readonly Timing[], texts: number) {
  const seconds = median(timings.map(({ encodeSeconds }) => encodeSeconds));
  return {
    seconds,
    textsPerSecond: texts / seconds,
    cpuSeconds: median(timings.map(({ cpuSeconds }) => cpuSeconds)),
    loadSeconds: median(timings.map(({ loadSeconds }) => loadSeconds)),
    raw: timings.map(({ first: _, ...rest }) => rest),
  };
}

const [rounds = 5, count = 2000] = process.argv.slice(2).map(Number);
if (!existsSync(MODEL) || !existsSync(PYTHON)) {
  console.error("bench:encoder needs the references: bash peers/setup.sh && bash peers/encoders/setup.sh");
  process.exit(2);
}
const load = loadavg()[0]!;
const isQuiet = load / THREADS < QUIET_LOAD;
if (!isQuiet) console.error(`load average ${load.toFixed(1)} on ${THREADS} cores: the figures will be unreliable`);
const folder = await mkdtemp(join(tmpdir(), "isrf-bench-"));
const textsPath = join(folder, "texts.json");
await writeFile(textsPath, JSON.stringify(makeTexts(count)));
const words = [MODEL, textsPath, String(THREADS)];
const sides = {
  isrf: () => time(process.execPath, ["--import", "tsx", "bench/encode-once.ts", ...words]),
  sentenceTransformers: () => time(PYTHON, ["peers/encoders/encode_once.py", ...words]),
};
const timings = { isrf: [] as Timing[], sentenceTransformers: [] as Timing[] };
for (let round = 0; round < rounds; round++) {
  const order = ["isrf", "sentenceTransformers"] as const;
  for (const side of round % 2 === 0 ? order : order.toReversed()) {
    timings[side].push(sides[side]());
    console.error(`round ${round + 1} ${side}: ${timings[side].at(-1)!.encodeSeconds.toFixed(2)} s`);
  }
}
await rm(folder, { recursive: true });
const [ours, theirs] = [timings.isrf[0]!.first, timings.sentenceTransformers[0]!.first];
const result = {
  command: `npm run bench:encoder -- ${rounds} ${count}`,
  commit: execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim(),
  productVersion: productVersion(),
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]!.model, cores: THREADS, loadAverageAtStart: load, isQuiet },
  model: "all-MiniLM-L6-v2, float32",
  texts: count,
  seed: SEED,
  threads: THREADS,
  cosineOfFirstVectors: ours.reduce((sum, value, i) => sum + value * theirs[i]!, 0),
  isrf: summary(timings.isrf, count),
  sentenceTransformers: summary(timings.sentenceTransformers, count),
};
const ratio = result.isrf.seconds / result.sentenceTransformers.seconds;
const cpuSecondsRatio = result.isrf.cpuSeconds / result.sentenceTransformers.cpuSeconds;
await writeJsonAtomic(join(ROOT, "results/bench-encoder.json"), { ...result, secondsRatio: ratio, cpuSecondsRatio });
console.log(`isrf takes ${ratio.toFixed(2)} times the seconds of sentence-transformers (medians of ${rounds})`);
