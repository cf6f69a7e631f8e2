// Questions a second of a generative system at T5-small's size, and what constraint and search take of it. Weights are
// drawn: speed does not depend on them. `--export DIR` writes weights, prompts and items for peers/generate.py.
//   npm run bench:generate -- DATASET [--questions 64] [--beams 20] [--count 10] [--export DIR] [--out FILE]
import { mkdir } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { builtinTokenizer } from "../src/backbone/tokenizer.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { writeSafetensors } from "../src/engine/safetensors.ts";
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
    export: { type: "string" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("expected a dataset directory");
const [questions, beams, count] = [Number(values.questions), Number(values.beams), Number(values.count)];

const dataset = await openDataset(directory);
const { nItems, nUsers } = splitOf(dataset);
const options = systemOptions(isrf, "small", { set: { beams } });
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
    codes: undefined,
    userCodes: undefined,
    words: [],
    tokenizer: builtinTokenizer([]),
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

/** Seconds inside compiled programs: what is left of the whole is constraint, search and copies. */
let inside = 0;
const calls = DecoderCalls.prototype as unknown as { run(...given: unknown[]): Promise<unknown> };
const { run } = calls;
calls.run = async function (...given) {
  const began = performance.now();
  const found = await run.apply(this, given);
  inside += (performance.now() - began) / 1000;
  return found;
};

const recommender = new GenerativeRecommender("isrf", state);
await recommender.rankSequential(requests, count);
inside = 0;
const [began, used] = [performance.now(), process.cpuUsage()];
await recommender.rankSequential(requests, count);
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(used);
await recommender.dispose();
const { matmulPeakGflops: _, ...about } = origin(0);
const result = {
  command: `npm run bench:generate -- DATASET --questions ${questions} --beams ${beams} --count ${count}`,
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  perSecond: questions / seconds,
  processorMs: (user + system) / 1000 / questions,
  outsideTheNetwork: 1 - inside / seconds,
};
console.log(
  `${result.perSecond.toFixed(1)} questions/s, ${result.processorMs.toFixed(1)} ms of processors each; outside the network ${(100 * result.outsideTheNetwork).toFixed(1)} %`,
);
if (values.out !== undefined) await writeJsonAtomic(values.out, result);
