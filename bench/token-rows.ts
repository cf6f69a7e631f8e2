// One update of each task of the text form without a checkpoint, by the rows of the token table: one for each token of
// the built-in tokenizer, the next multiple of 8, as many as sentences of a real shop ask for, and T5's 32,128, which
// versions before gave every model. One process, the same batches, in turn; dropout on. Users and sentences are
// invented.
//   npx tsx bench/token-rows.ts [--width 128] [--layers 2] [--batch 64] [--parts 4] [--rounds 3] [--threads 1]
//     [--json FILE]
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { T5_SMALL } from "../src/backbone/t5-config.ts";
import { builtinTokenizer } from "../src/backbone/tokenizer.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { explanationWords } from "../src/recommenders/generative/examples/explanation-words.ts";
import { systemOptions } from "../src/recommenders/generative/options/system.ts";
import { prepare } from "../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../src/recommenders/generative/trainer.ts";
import { isrf } from "../src/recommenders/isrf/isrf.ts";
import { tinyData } from "../test/support/tiny-isrf.ts";
import { commit } from "./engine/results.ts";

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "128" },
    layers: { type: "string", default: "2" },
    batch: { type: "string", default: "64" },
    parts: { type: "string", default: "4" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "1" },
    json: { type: "string" },
  },
});
const [width, layers, batch] = [Number(values.width), Number(values.layers), Number(values.batch)];
const options = systemOptions(isrf, "small", {
  set: {
    ...{ width, layers, batch, accumulate: Number(values.parts), tasks: "three", semanticWidth: 8, neighbours: 10 },
    // The backbone alone.
    ...{ interestEvery: 0, groupEvery: 0 },
  },
});
const data = tinyData({ nUsers: 64, nItems: 300, length: 20 });
const context = { options, seed: 1, compile: { threads: Number(values.threads) } };
const words = explanationWords(options, data);
const own = builtinTokenizer(words);
const TABLES = {
  own: own.vocabulary,
  "next multiple of 8": 8 * Math.ceil(own.vocabulary / 8),
  "a real shop's": 4000,
  "T5's": T5_SMALL.vocabulary,
} as const;
type Table = keyof typeof TABLES;
const TASKS = ["explanation", "sequential", "direct"] as const;

const trainers: [Table, GenerativeTrainer][] = [];
for (const [name, vocabulary] of Object.entries(TABLES) as [Table, number][]) {
  const trainer = await GenerativeTrainer.create({
    data,
    prepared: await prepare(data, context, false),
    context,
    validation: { sequential: [], direct: [], explanation: [] },
    tokenizer: { ...own, vocabulary },
    words,
  });
  trainers.push([name, trainer]);
}

/** Processor seconds: nearer to the machine's own than the clock where something else runs. */
async function secondsOf(trainer: GenerativeTrainer, step: number): Promise<number> {
  const since = process.cpuUsage();
  await trainer.step(step);
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

const measured = Object.fromEntries(
  trainers.map(([name, { state }]) => {
    const parameters = state.parameters.all.reduce((total, { front }) => total + front.value.length, 0);
    const seconds: Record<(typeof TASKS)[number], number[]> = { explanation: [], sequential: [], direct: [] };
    return [name, { rows: TABLES[name], parameters, seconds }];
  }),
);
// The first round compiles.
for (let round = 0; round <= Number(values.rounds); round++) {
  for (const [step, task] of TASKS.entries()) {
    for (const [name, trainer] of round % 2 === 0 ? trainers : trainers.toReversed()) {
      const seconds = await secondsOf(trainer, step);
      if (round > 0) measured[name]!.seconds[task].push(seconds);
    }
  }
}
for (const [, trainer] of trainers) await trainer.dispose();

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!;
for (const [name, { rows, parameters, seconds }] of Object.entries(measured)) {
  const each = TASKS.map((task) => `${task} ${median(seconds[task]).toFixed(2)}`).join(", ");
  console.log(`${name}: ${rows} rows, ${parameters} parameters, processor seconds an update: ${each}`);
}
if (values.json !== undefined)
  await writeJsonAtomic(values.json, {
    command: `npx tsx bench/token-rows.ts ${process.argv.slice(2).join(" ")}`,
    commit: commit(),
    machine: { processor: cpus()[0]!.model, loadPerCore: loadavg()[0]! / cpus().length },
    options: { width, layers, batch, parts: Number(values.parts) },
    measured,
  });
