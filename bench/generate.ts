// Questions a second of a generative system at T5-small's size, and what constraint and search take of it. Weights are
// drawn: speed does not depend on them. `--export DIR` writes weights, prompts and items for peers/generate.py.
//   npm run bench:generate -- DATASET [--questions 64] [--beams 20] [--count 10] [--form text|compact] [--export DIR]
//     [--out FILE]
// The rate of products of the network's shapes is measured before and after, in processor seconds, as it falls with
// what else runs: the processor time of a question says little without it. `--out` adds to what other settings wrote.
import { mkdir } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { codeItems } from "../src/backbone/item-codes.ts";
import { T5_SMALL } from "../src/backbone/t5-config.ts";
import { builtinTokenizer } from "../src/backbone/tokenizer.ts";
import { exists, readJson, writeJsonAtomic } from "../src/base/files.ts";
import { matrix } from "../src/base/matrix.ts";
import { Random } from "../src/base/random.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { compile, matmul, type Trace, trace, transpose } from "../src/engine/index.ts";
import { writeSafetensors } from "../src/engine/safetensors.ts";
import { type DecoderStep, PrefixTree } from "../src/generation/index.ts";
import { DecoderCalls } from "../src/recommenders/generative/decoder-calls.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { GenerativeRecommender } from "../src/recommenders/generative/recommender.ts";
import { assembleState, freshValues, wordScales } from "../src/recommenders/generative/state.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";
import { origin } from "./engine/results.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    questions: { type: "string", default: "64" },
    beams: { type: "string", default: "20" },
    count: { type: "string", default: "10" },
    form: { type: "string", default: "text" },
    export: { type: "string" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("expected a dataset directory");
const [questions, beams, count] = [Number(values.questions), Number(values.beams), Number(values.count)];

const dataset = await openDataset(directory);
const { nItems, nUsers } = splitOf(dataset);
const promptForm = values.form === "compact" ? "compact" : "text";
const options = systemOptions(isrf, "small", { set: { beams, promptForm } });
const random = Random.of(3, "speed");
const interests = {
  individual: random.normals((nUsers + nItems) * options.width),
  group: random.normals(nUsers * options.width),
};
const state = assembleState(
  {
    options,
    nUsers,
    nItems,
    // Clusters of noise: as many codes, as evenly used, as those of interests.
    codes:
      promptForm === "compact" ? await codeItems(matrix(nItems, 8, random.normals(8 * nItems)), random) : undefined,
    userCodes: undefined,
    words: [],
    // The peer's output head is T5's.
    tokenizer: { ...builtinTokenizer([]), vocabulary: T5_SMALL.vocabulary },
    itemNumbers: Int32Array.from({ length: nItems }, (_, i) => i + 1),
    scales: wordScales(options, interests),
    interests,
  },
  freshValues(random),
);
const requests = Array.from({ length: questions }, (_, i) => {
  const userIndex = Math.floor(((i + 0.5) * nUsers) / questions);
  return { userIndex, history: dataset.sequences[userIndex]!.subarray(0, -1) };
});

if (values.export !== undefined) {
  await mkdir(values.export, { recursive: true });
  const tensors = state.parameters.all.map(({ name, shape, front }) => [name, { shape, data: front.value }]);
  await writeSafetensors(join(values.export, "model.safetensors"), Object.fromEntries(tensors));
  await writeJsonAtomic(join(values.export, "questions.json"), {
    beams,
    count,
    items: Array.from({ length: nItems }, (_, item) => state.form.target(item)),
    prompts: requests.map(({ userIndex, history }) => ({
      tokens: state.form.sequential(userIndex, history.slice(-options.maxHistory), undefined).tokens,
      history: [...history],
    })),
  });
}

const processorSeconds = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

/** Processor seconds inside compiled programs: what is left of the whole is constraint, search and copies. */
let inside = 0;
const calls = DecoderCalls.prototype as unknown as {
  run(...given: unknown[]): Promise<unknown>;
  decoding(...given: unknown[]): DecoderStep;
};
const { run, decoding } = calls;
calls.run = async function (...given) {
  const began = process.cpuUsage();
  const found = await run.apply(this, given);
  inside += processorSeconds(began);
  return found;
};

/** Processor seconds between a search's steps: walking the tree of items, and choosing what goes on. */
let between = 0;
calls.decoding = function (...given) {
  const step = decoding.apply(this, given);
  let answered: NodeJS.CpuUsage | undefined;
  return async (beams) => {
    if (answered !== undefined) between += processorSeconds(answered);
    const next = await step(beams);
    answered = process.cpuUsage();
    return next;
  };
};

/** Processor seconds that leave histories out of the tree. */
let narrowing = 0;
const { without } = PrefixTree.prototype;
PrefixTree.prototype.without = function (items) {
  const began = process.cpuUsage();
  const constraint = without.call(this, items);
  narrowing += processorSeconds(began);
  return constraint;
};

/** Products [160, 512] x [512, 2048], as a step makes them, in GFLOP per second of processors. */
async function productRate(): Promise<number> {
  const [rows, width, out] = [160, 512, 2048];
  const build = (t: Trace) => ({ y: matmul(t.input("x", [1, rows, width]), transpose(t.input("w", [out, width]))) });
  const program = await compile(trace(build));
  const feeds = { x: random.normals(rows * width), w: random.normals(out * width) };
  for (let i = 0; i < 5; i++) await program.run(feeds);
  const times = 40;
  const used = process.cpuUsage();
  for (let i = 0; i < times; i++) await program.run(feeds);
  const taken = processorSeconds(used);
  await program.dispose();
  return (2 * rows * width * out * times) / (taken * 1e9);
}

const recommender = new GenerativeRecommender("isrf", state);
await recommender.rankSequential(requests, count);
const before = await productRate();
[inside, between, narrowing] = [0, 0, 0];
const [began, used] = [performance.now(), process.cpuUsage()];
await recommender.rankSequential(requests, count);
const seconds = (performance.now() - began) / 1000;
const processors = processorSeconds(used);
const after = await productRate();
await recommender.dispose();
const { matmulPeakGflops: _, ...about } = origin(0);
const asked = `--questions ${questions} --beams ${beams} --count ${count} --form ${promptForm}`;
const result = {
  command: `npm run bench:generate -- DATASET ${asked}`,
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  perSecond: questions / seconds,
  processorMs: (1000 * processors) / questions,
  gflopPerProcessorSecond: [before, after],
  outsideTheNetwork: 1 - inside / processors,
  /** Of these, the constraint and the search in it. */
  treeAndSearch: (between + narrowing) / processors,
};
console.log(
  `${result.perSecond.toFixed(1)} questions/s, ${result.processorMs.toFixed(1)} ms of processors each; outside the ` +
    `network ${(100 * result.outsideTheNetwork).toFixed(2)} %, of which tree and search ` +
    `${(100 * result.treeAndSearch).toFixed(2)} %; products at ${before.toFixed(0)} and ` +
    `${after.toFixed(0)} GFLOP per second of a processor`,
);
if (values.out !== undefined) {
  const known = (await exists(values.out)) ? ((await readJson(values.out)) as (typeof result)[]) : [];
  await writeJsonAtomic(values.out, [...known.filter(({ command }) => command !== result.command), result]);
}
