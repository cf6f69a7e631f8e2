// Tokens per second of a GGUF file in process, as `isrf reason --llm llama-cpp:FILE` asks it, beside node-llama-cpp
// called bare, and llama.cpp's own llama-bench where LLAMA_BENCH names it: same file, threads, seed and lengths, in
// alternating order within one process, medians of ratios.
//   ISRF_GGUF=FILE NODE_LLAMA_CPP_HOME=FOLDER npm run bench:llama-cpp -- [--pairs 5] [--threads 1] [--out FILE]
//     [--words 300] [--answer 64]
// Times by the clock suffer from whatever else the machine does, and those of a thread's own processor time little.
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, loadavg } from "node:os";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import { WORK_SEED } from "../src/base/seeds.ts";
import { llamaCppProvider, REASONER_DEFAULTS } from "../src/reasoning/index.ts";
import { TOGETHER_SCHEMA } from "../src/reasoning/llm/provider.ts";
import { origin } from "./engine/results.ts";
import { type BareQuestion, bareModel } from "./llama-cpp/bare.ts";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "5" },
    /** Of the long prompt. */
    words: { type: "string", default: "300" },
    /** Tokens of an answer. */
    answer: { type: "string", default: "64" },
    threads: { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
    out: { type: "string", default: resolve(import.meta.dirname, "../results/llama-cpp-speed.json") },
  },
});
const { ISRF_GGUF: file, NODE_LLAMA_CPP_HOME: home, LLAMA_BENCH: llamaBench } = process.env;
if (file === undefined || home === undefined) {
  console.error("bench:llama-cpp needs ISRF_GGUF, a GGUF file, and NODE_LLAMA_CPP_HOME, where node-llama-cpp lies.");
  process.exit(2);
}
const path = resolve(file);
const out = resolve(values.out);
// Where node-llama-cpp is looked for.
process.chdir(home);

interface Case {
  readonly name: string;
  readonly words: number;
  readonly tokenLimit: number;
  /** Held to the form of one call's three texts; the other side writes freely. */
  readonly isStructured?: boolean;
  /** Questions at once; the other side answers one after the other. */
  readonly atOnce?: number;
}

const [long, short, tokenLimit] = [Number(values.words), 10, Number(values.answer)];
const CASES: readonly Case[] = [
  { name: "prompt", words: long, tokenLimit: 1 },
  { name: "answer", words: short, tokenLimit },
  { name: "answer, held to a schema", words: short, tokenLimit, isStructured: true },
  { name: "two answers at once", words: short, tokenLimit, atOnce: 2 },
];

interface Timing {
  /** Tokens of prompts that were computed, and tokens of answers. */
  readonly computed: number;
  readonly written: number;
  readonly seconds: number;
  /** Of all threads of this process; of llama-bench unknown. */
  readonly processorSeconds?: number;
}

const seed = WORK_SEED;
const threads = Number(values.threads);
const options = { ...REASONER_DEFAULTS, threads };
const { contextTokens, temperature } = options;
// Before the models run: whoever works on the files meanwhile changes the commit.
const { matmulPeakGflops: _, ...about } = origin(0);
const ours = llamaCppProvider(path, options, { environment: process.env, report: () => {} });
const bare = await bareModel(path, { threads, contextTokens, temperature });
const random = Random.of(seed, "llama-cpp bench");
const WORDS = "soft lamp river garden paper copper window bread engine violin harbour wool orchard silver ladder".split(
  " ",
);

/** No two begin alike: what is in a cache would not be computed. */
function question({ words, tokenLimit }: Case): BareQuestion {
  const some = Array.from({ length: words }, () => random.pick(WORDS)).join(" ");
  const system = `${random.below(1e9)} is the number of this task.`;
  return { system, prompt: `${some}.\nWrite a very long story about all of these.`, seed, tokenLimit };
}

async function timed(work: () => Promise<{ computed: number; written: number }>): Promise<Timing> {
  const [used, start] = [process.cpuUsage(), performance.now()];
  const counts = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  return { ...counts, seconds, processorSeconds: (user + system) / 1e6 };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const NEVER = new AbortController().signal;

function askOurs(questions: readonly BareQuestion[], { isStructured = false }: Case): Promise<Timing> {
  const schema = isStructured ? TOGETHER_SCHEMA : undefined;
  return timed(async () => {
    const replies = await Promise.all(questions.map((asked) => ours.generate({ ...asked, schema }, NEVER)));
    return {
      computed: sum(replies.map((reply) => reply.promptTokens! - reply.cachedTokens!)),
      written: sum(replies.map((reply) => reply.completionTokens!)),
    };
  });
}

function askBare(questions: readonly BareQuestion[]): Promise<Timing> {
  return timed(async () => {
    const replies = [];
    for (const asked of questions) replies.push(await bare(asked));
    return {
      computed: sum(replies.map(({ computed }) => computed)),
      written: sum(replies.map(({ written }) => written)),
    };
  });
}

/** llama-bench's own loop: a prompt of random tokens, then so many more, without sampling. */
function runLlamaBench(program: string, computed: number, written: number): Timing {
  const words = ["-m", path, "-t", String(threads), "-p", "0", "-n", "0", "-pg", `${computed},${written}`];
  const printed = execFileSync(program, [...words, "-r", "1", "-o", "json"], { encoding: "utf8" });
  const [{ avg_ns }] = JSON.parse(printed) as [{ readonly avg_ns: number }];
  return { computed, written, seconds: avg_ns / 1e9 };
}

/** Of what the case is about, by the time of the whole question. */
const tokensOf = ({ tokenLimit }: Case, { computed, written }: Timing) => (tokenLimit === 1 ? computed : written);

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function measure(tried: Case) {
  const rate = (timing: Timing) => tokensOf(tried, timing) / timing.seconds;
  const processorRate = (timing: Timing) => tokensOf(tried, timing) / (timing.processorSeconds ?? Number.NaN);
  const pairs: { ours: Timing; bare: Timing; llamaBench?: Timing }[] = [];
  for (let pair = 0; pair <= Number(values.pairs); pair++) {
    const asked = Array.from({ length: tried.atOnce ?? 1 }, () => question(tried));
    const isOursFirst = pair % 2 === 0;
    const first = isOursFirst ? await askOurs(asked, tried) : await askBare(asked);
    const second = isOursFirst ? await askBare(asked) : await askOurs(asked, tried);
    const [own, other] = isOursFirst ? [first, second] : [second, first];
    // The first pair loads the file and warms up.
    if (pair === 0) continue;
    const lengths = [other.computed / asked.length, other.written / asked.length] as const;
    const peer = llamaBench && { llamaBench: runLlamaBench(llamaBench, ...lengths) };
    pairs.push({ ours: own, bare: other, ...peer });
    console.error(`${tried.name}, pair ${pair}: ${rate(own).toFixed(1)} and ${rate(other).toFixed(1)} tokens/s`);
  }
  const ratios = (of: (timing: Timing) => number) => pairs.map((pair) => of(pair.ours) / of(pair.bare));
  const toLlamaBench = pairs.flatMap((pair) => (pair.llamaBench ? [rate(pair.ours) / rate(pair.llamaBench)] : []));
  return {
    name: tried.name,
    tokensPerSecond: median(pairs.map((pair) => rate(pair.ours))),
    bareTokensPerSecond: median(pairs.map((pair) => rate(pair.bare))),
    ratio: median(ratios(rate)),
    ratioByProcessorTime: median(ratios(processorRate)),
    ratioToLlamaBench: toLlamaBench.length === 0 ? undefined : median(toLlamaBench),
    pairs,
  };
}

const record = {
  what: "Tokens of prompts, or of answers, per second of whole questions in process, beside node-llama-cpp called bare.",
  command: `npm run bench:llama-cpp -- --pairs ${values.pairs} --threads ${threads} --words ${long} --answer ${tokenLimit}`,
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: availableParallelism(), node: process.version },
  model: basename(path),
  threads,
  seed,
};
const cases = [];
for (const tried of CASES) {
  const found = { ...(await measure(tried)), loadPerCore: loadavg()[0]! / cpus().length };
  cases.push(found);
  await writeJsonAtomic(out, { ...record, cases });
  const { name, ratio, ratioByProcessorTime, tokensPerSecond } = found;
  const shares = `${ratio.toFixed(2)} of bare, ${ratioByProcessorTime.toFixed(2)} by processor time`;
  console.log(`${name}: ${tokensPerSecond.toFixed(1)} tokens/s, ${shares}`);
}
// Native threads of the models end with the process.
process.exit(0);
