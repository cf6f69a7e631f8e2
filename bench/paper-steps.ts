// Some steps of a training of ISRF with T5-small on a dataset: losses, the gradient's length in every part of the
// model, time and memory of each step. A short look at what preset `paper` does before somebody pays for all of it.
//   npx tsx bench/paper-steps.ts DATASET [--preset paper] [--checkpoint DIR_OR_HUB_ID] [--steps 6] [--threads 2]
//     [--embeddings lsa] [--device cpu] [--set OPTION=VALUE ...] [--json FILE]
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { openedDataset, splitOf, trainingView } from "../src/data/index.ts";
import { openEmbeddings } from "../src/embedding/index.ts";
import { parseDevice } from "../src/engine/index.ts";
import { checkpointDirectory, loadBackbone } from "../src/recommenders/generative/backbone-checkpoint.ts";
import { tokenizerFrom } from "../src/recommenders/generative/model-files.ts";
import { wordSizes, wordSizesText } from "../src/recommenders/generative/network/word-sizes.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { prepare } from "../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../src/recommenders/generative/trainer.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: "string", default: "paper" },
    checkpoint: { type: "string" },
    steps: { type: "string", default: "6" },
    threads: { type: "string", default: "2" },
    embeddings: { type: "string", default: "lsa" },
    device: { type: "string", default: "cpu" },
    set: { type: "string", multiple: true, default: [] },
    json: { type: "string" },
  },
});

const asValue = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
const given = Object.fromEntries(
  values.set.map((one) => [one.slice(0, one.indexOf("=")), asValue(one.slice(one.indexOf("=") + 1))]),
);
if (values.checkpoint !== undefined) given.checkpoint = values.checkpoint;
const options = systemOptions(isrf, values.preset, { given });
const dataset = await openedDataset(positionals[0]!, () => {});
const embeddings = await openEmbeddings(dataset.directory, values.embeddings, dataset);
const view = trainingView("strict", dataset, splitOf(dataset));
const compile = { device: parseDevice(values.device), threads: Number(values.threads) };
const context = { options, seed: 1, compile };
const data = { ...view, nItems: dataset.items.length, items: dataset.items, embeddings };
const prepared = await prepare(data, context, false);
const directory = await checkpointDirectory(options);
const trainer = await GenerativeTrainer.create({
  data,
  prepared,
  context,
  validation: { sequential: [], direct: [], explanation: [] },
  tokenizer: await tokenizerFrom(directory, []),
  loaded: directory === undefined ? undefined : await loadBackbone(directory, options),
});
console.error(wordSizesText(wordSizes(trainer.state)));

/** Which part of the model a parameter belongs to. */
const partOf = (name: string): string => /^(encoder|decoder|shared|prompt|omega)/.exec(name)?.[1] ?? name;

/** Lengths of the gradients that the last step left, by part. */
function gradientNorms(stepsBefore: ReadonlyMap<string, number>): Record<string, number> {
  const squares: Record<string, number> = {};
  const { individual, group } = prepared;
  const sets = [
    ["", trainer.state.parameters],
    ["individual ", individual?.definition.parameters],
    ["group ", group?.definition.parameters],
  ] as const;
  for (const [set, parameters] of sets) {
    for (const { name, gradient, steps } of parameters?.all ?? []) {
      if (gradient === undefined || steps === stepsBefore.get(set + name)) continue;
      const part = set === "" ? partOf(name) : `${set}${name}`;
      squares[part] = gradient.reduce((total, g) => total + g * g, squares[part] ?? 0);
    }
  }
  return Object.fromEntries(Object.entries(squares).map(([part, sum]) => [part, Math.sqrt(sum)]));
}

const stepCounts = (): ReadonlyMap<string, number> =>
  new Map(
    [
      ["", trainer.state.parameters] as const,
      ["individual ", prepared.individual?.definition.parameters] as const,
      ["group ", prepared.group?.definition.parameters] as const,
    ].flatMap(([set, parameters]) => (parameters?.all ?? []).map(({ name, steps }) => [set + name, steps] as const)),
  );

const lines = [];
for (let step = 0; step < Number(values.steps); step++) {
  const before = stepCounts();
  const [since, cpu] = [performance.now(), process.cpuUsage()];
  const figures = await trainer.step(step);
  const used = process.cpuUsage(cpu);
  const line = {
    step,
    figures,
    seconds: (performance.now() - since) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
    gradientNorms: gradientNorms(before),
    residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  lines.push(line);
  console.log(JSON.stringify(line));
}
await trainer.dispose();
if (values.json !== undefined) await writeJsonAtomic(values.json, { command: process.argv.slice(2), options, lines });
