// Whether the paper's two losses are alive: how far group and individual interests move in a training, epoch by epoch,
// and whether a user's two vectors come closer to each other than to other users'. A seeded sample of users, worded
// prompts, validation items alone: the paper's form at `mini`'s sizes, or (--base mini) `mini`'s backbone, no heads.
//   npx tsx scripts/interest-movement.ts DATASET [--base paper] [--users 1500] [--epochs 3] [--seconds 0]
//     [--embeddings lsa] [SETTING ...]
// A setting is options behind a name: "alive: interestLearningRate=1e-3,groupEvery=1,lambdaDirect=1". --seconds ends
// each behind the epoch in which they are over. An epoch's size is an option, too: "short: visitsPerEpoch=0.2".
import { parseArgs } from "node:util";
import { builtinTokenizer } from "../src/backbone/tokenizer.ts";
import { Random } from "../src/base/random.ts";
import { loadCandidates, negativesOf, openDataset, splitOf, trainingLists } from "../src/data/index.ts";
import { openEmbeddings } from "../src/embedding/index.ts";
import { formOf } from "../src/pipeline/study/designs/forms.ts";
import type { PreparationContext } from "../src/recommenders/generative/examples/training-data.ts";
import { validationPrompts } from "../src/recommenders/generative/examples/validation-prompts.ts";
import { type GenerativeOptions, tasksOf } from "../src/recommenders/generative/options/options.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { prepare } from "../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../src/recommenders/generative/trainer.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";
import { validationQuestions } from "../src/recommenders/training/ranking-validation.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    base: { type: "string", default: "paper" },
    seconds: { type: "string", default: "0" },
    users: { type: "string", default: "1500" },
    epochs: { type: "string", default: "3" },
    embeddings: { type: "string", default: "lsa" },
  },
});
const [directory, ...settings] = positionals;
if (directory === undefined) throw new Error("a dataset directory is needed");

/** `mini` in words, without heads or correction of texts, interests through losses alone; its fitted start stays. */
const MINI = {
  promptForm: "text",
  itemHead: 0,
  candidateHead: 0,
  headShortcut: false,
  historyMap: false,
  headStartEpochs: 0,
  candidateHistory: false,
  recency: false,
  groupWord: false,
  groupSelf: true,
  interaction: false,
  sequentialUser: "shared",
  itemSource: "semantic",
  groupLayers: 2,
  batch: 64,
  trainNegatives: 19,
  visitsPerEpoch: 1,
  labelSmoothing: 0,
  schedule: "constant",
  warmupSteps: 50,
  validationUsers: 256,
  selection: "loss",
};

/** The paper's form as a study has it, in smaller batches with fewer candidates, which the losses do not see. */
const FEWER = { tasks: "both", batch: 64, trainNegatives: 19, visitsPerEpoch: 1, validationUsers: 256 };

function optionsOf(given: Readonly<Record<string, string | number>>): GenerativeOptions {
  if (values.base === "mini") return systemOptions(isrf, "mini", { set: { ...MINI, ...given } });
  const { preset, set } = formOf("paper", { preset: "mini", protocol: "strict", set: { ...FEWER, ...given } });
  return systemOptions(isrf, preset, { given: set });
}

const dataset = await openDataset(directory);
const split = splitOf(dataset);
const { users: userTexts, items: itemTexts } = await openEmbeddings(directory, values.embeddings, dataset);
const chosen = Random.of(7, "interest movement")
  .shuffle(Int32Array.from(split.prefixes.keys()))
  .slice(0, Number(values.users))
  .sort();
const partOf = <T>(all: ArrayLike<T>): T[] => Array.from(chosen, (user) => all[user]!);
const negatives = await loadCandidates(dataset, "valid", "uniform");
const part = {
  ...split,
  nUsers: chosen.length,
  prefixes: trainingLists(partOf(split.prefixes)),
  valid: Int32Array.from(partOf(split.valid)),
  test: Int32Array.from(partOf(split.test)),
};
const users = { ...userTexts, rows: chosen.length, data: new Float32Array(chosen.length * userTexts.columns) };
chosen.forEach((user, to) => {
  users.data.set(userTexts.data.subarray(user * users.columns, (user + 1) * users.columns), to * users.columns);
});

for (const setting of settings.length > 0 ? settings : ["mini: "]) await measure(setting);

async function measure(setting: string): Promise<void> {
  const [name, changes = ""] = setting.split(/:\s*/);
  const given = Object.fromEntries(changes.split(",").flatMap((one) => (one === "" ? [] : [optionOf(one)])));
  const options = optionsOf(given);
  const negativesFor = (user: number) => negativesOf(negatives, chosen[user]!);
  const validation = validationQuestions(part, negativesFor, options.validationUsers, 1);
  const context: PreparationContext = { options, seed: 1, compile: { threads: 1 }, validation };
  const itemNumbers = Int32Array.from({ length: split.nItems }, (_, i) => i + 1);
  const data = { prefixes: part.prefixes, nItems: split.nItems, itemNumbers, embeddings: { items: itemTexts, users } };
  const trainer = await GenerativeTrainer.create({
    data,
    prepared: await prepare(data, context, false),
    context,
    validation: validationPrompts(validation, options),
    tokenizer: builtinTokenizer(),
  });
  console.log(`\n${name} (${trainer.stepsPerEpoch} steps an epoch, log B ${Math.log(options.batch).toFixed(2)})`);
  const { group, individual } = trainer.state.interests;
  const start = { group: group.slice(), individual: individual.slice() };
  console.log(`  start         ${agreement(trainer, options)}`);
  const [begun, seconds] = [performance.now(), Number(values.seconds) || Infinity];
  const isOver = () => performance.now() - begun > 1000 * seconds;
  for (let epoch = 0, step = 0; epoch < Number(values.epochs) && !isOver(); epoch++) {
    const sums: Record<string, number> = {};
    const cpu = process.cpuUsage();
    for (let i = 0; i < trainer.stepsPerEpoch; i++, step++) {
      for (const [loss, value] of Object.entries(await trainer.step(step))) sums[loss] = (sums[loss] ?? 0) + value;
    }
    await trainer.settle();
    const perTask = trainer.stepsPerEpoch / tasksOf(options).length;
    const losses = Object.entries(sums).map(([loss, sum]) => `${loss} ${(sum / perTask).toFixed(3)}`);
    const { score } = await trainer.validate();
    const used = (process.cpuUsage(cpu).user / 1e6).toFixed(0);
    const now = trainer.state.interests;
    const moved = `H moved ${percentMoved(now.group, start.group)}, E~ ${percentMoved(now.individual, start.individual)}`;
    console.log(`  epoch ${epoch + 1} (${step} steps, ${used} s) ${moved}; ${agreement(trainer, options)}`);
    console.log(`    ${losses.join(", ")}; validation loss ${(-score).toFixed(3)}`);
  }
  await trainer.dispose();
}

/** "interestEvery=1" -> ["interestEvery", 1] */
function optionOf(text: string): [name: string, value: string | number] {
  const [name, value] = text.split("=") as [string, string];
  return [name, Number.isNaN(Number(value)) ? value : Number(value)];
}

function percentMoved(now: Float32Array, before: Float32Array): string {
  const norm = (x: Float32Array) => Math.sqrt(x.reduce((total, value) => total + value * value, 0));
  return `${((100 * norm(now.map((value, i) => value - before[i]!))) / norm(before)).toFixed(1)} %`;
}

/** Mean cosine of h_u with the user's own e~_u and with another user's. */
function agreement({ state }: GenerativeTrainer, { width }: GenerativeOptions): string {
  const { group, individual } = state.interests;
  const row = (table: Float32Array, user: number) => table.subarray(user * width, (user + 1) * width);
  const cosine = (a: Float32Array, b: Float32Array) =>
    a.reduce((total, value, i) => total + value * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b) || 1);
  const mean = (shift: number) => {
    const all = Array.from({ length: state.nUsers }, (_, user) =>
      cosine(row(group, user), row(individual, (user + shift) % state.nUsers)),
    );
    return (all.reduce((total, value) => total + value, 0) / all.length).toFixed(3);
  };
  return `cos(h_u, e~_u) ${mean(0)}, with another user's ${mean(37)}`;
}
