// Some steps of a training of ISRF with T5-small on a dataset: losses, the gradient's length in every part of the
// model, time and memory of each step, and of a validation of some users after them. A short look at what preset
// `paper` does before somebody pays for all of it. The third task learns from what was reasoned of the dataset.
//   npx tsx bench/paper-steps.ts DATASET [--preset paper] [--checkpoint DIR_OR_HUB_ID] [--steps 6] [--validate 0]
//     [--threads 2] [--embeddings lsa] [--device cpu] [--set OPTION=VALUE ...] [--json FILE]
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { loadCandidates, negativesOf, openedDataset, splitOf, trainingView } from "../src/data/index.ts";
import { openEmbeddings } from "../src/embedding/index.ts";
import { parseDevice } from "../src/engine/index.ts";
import { learntSentences, withExplained } from "../src/pipeline/train/index.ts";
import { checkpointDirectory, loadBackbone } from "../src/recommenders/generative/backbone-checkpoint.ts";
import { validationPrompts } from "../src/recommenders/generative/examples/validation-prompts.ts";
import { tokenizerFrom } from "../src/recommenders/generative/model-files.ts";
import { wordSizes, wordSizesText } from "../src/recommenders/generative/network/word-sizes.ts";
import { learnsExplanations } from "../src/recommenders/generative/options/options.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { prepare } from "../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../src/recommenders/generative/trainer.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";
import { type ValidationQuestion, validationQuestions } from "../src/recommenders/training/ranking-validation.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: "string", default: "paper" },
    checkpoint: { type: "string" },
    steps: { type: "string", default: "6" },
    validate: { type: "string", default: "0" },
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
const split = splitOf(dataset);
const seen = trainingView("strict", dataset, split);
const sentences = learnsExplanations(options) ? await learntSentences(dataset, {}, undefined, () => {}) : undefined;
const view = sentences === undefined ? seen : withExplained(seen, sentences, dataset.directory);
const explanations = view.explained && sentences && { pairs: view.explained, sentences };
const compile = { device: parseDevice(values.device), threads: Number(values.threads) };
const SEED = 1;
/** What users are asked in validation, so many of them. */
const questions = await questionsOf(Number(values.validate));
const context = { options, seed: SEED, compile, validation: questions };
const data = { ...view, nItems: dataset.items.length, items: dataset.items, embeddings, explanations };

async function questionsOf(users: number): Promise<readonly ValidationQuestion[]> {
  if (users === 0) return [];
  const stored = await loadCandidates(dataset, "valid", "uniform");
  return validationQuestions(split, (user) => negativesOf(stored, user), users, SEED);
}

const prepared = await prepare(data, context, false);
const directory = await checkpointDirectory(options);
const trainer = await GenerativeTrainer.create({
  data,
  prepared,
  context,
  validation: validationPrompts(questions, options, sentences),
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

const MIB = 2 ** 20;

/** What of time and memory some work takes. */
async function measured<T>(work: () => Promise<T>) {
  const [since, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const used = process.cpuUsage(cpu);
  const costs = {
    seconds: (performance.now() - since) / 1000,
    processorSeconds: (used.user + used.system) / 1e6,
    residentMiB: Math.round(process.memoryUsage.rss() / MIB),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  return { result, costs };
}

const lines = [];
for (let step = 0; step < Number(values.steps); step++) {
  const before = stepCounts();
  const { result: figures, costs } = await measured(() => trainer.step(step));
  const line = { step, figures, gradientNorms: gradientNorms(before), ...costs };
  lines.push(line);
  console.log(JSON.stringify(line));
}
const users = Number(values.validate);
const validation = users === 0 ? undefined : await measured(() => trainer.validate());
if (validation !== undefined) console.log(JSON.stringify({ validatedUsers: users, ...validation }));
await trainer.dispose();
if (values.json !== undefined)
  await writeJsonAtomic(values.json, { command: process.argv.slice(2), options, lines, validation });
