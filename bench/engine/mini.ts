// Preset `mini` as `isrf train` runs it, one task at a time: drawing the examples, assembling the batch, dropout,
// forward, backward, AdamW, and the gradients of the interest rows. The interests themselves are not propagated here;
// `epoch` does.
import { join } from "node:path";
import type { T5Config } from "../../src/backbone/t5-config.ts";
import { builtinTokenizer } from "../../src/backbone/tokenizer.ts";
import { readJson } from "../../src/base/files.ts";
import type { GenerativeOptions } from "../../src/recommenders/generative/options/options.ts";
import type { Example } from "../../src/recommenders/generative/shapes.ts";
import type { Task } from "../../src/recommenders/recommender.ts";
import type { BenchCase, Side, SideContext } from "./case.ts";
import { productFlop, STEP_OVER_FORWARD, t5ForwardFlop } from "./flop.ts";
import { openInputs } from "./inputs.ts";
import { firstBatches, writeModel, writeSamples } from "./isrf-samples.ts";
import { isrfOptions, isrfTrainer, trainingData, writeHistories } from "./isrf-trainer.ts";
import type { Shop } from "./shop.ts";

interface ModelConfig {
  readonly t5: T5Config;
  readonly options: GenerativeOptions;
  readonly nItems: number;
}

/** Never within a benchmark. */
const NEVER = 1_000_000;
/**
 * Sequential batches come sorted by length in blocks of eight, some with a few positions, some with many: a sample is
 * one whole block. Direct batches are all alike.
 */
const STEPS_PER_SAMPLE: Readonly<Record<Task, number>> = { sequential: 8, direct: 2 };
/** Batches that the peer goes round; ours draws new ones. */
const BATCHES = 16;
const CHECKED_STEPS = 3;

export function miniCase(task: Task): BenchCase {
  return {
    name: `mini ${task}`,
    what: `preset mini, one ${task} step on 256 examples drawn from the shop, dropout 0.2`,
    variants: ["eager", "compile"],
    rounds: 2,
    stepsPerSample: STEPS_PER_SAMPLE[task],
    plan: { step: { warmups: 2, samples: 4 }, inference: { warmups: 1, samples: 4 } },
    prepare: (folder, shop) => prepare(folder, shop, task),
    flop: miniFlop,
    open: (context) => open(context, task),
  };
}

function options(task: Task, isCheck: boolean) {
  return isrfOptions("mini", {
    tasks: task,
    interestEvery: NEVER,
    groupEvery: NEVER,
    warmupSteps: 0,
    schedule: "constant",
    selection: "loss",
    ...(isCheck && { dropout: 0 }),
  });
}

async function prepare(folder: string, shop: Shop, task: Task): Promise<void> {
  await writeHistories(folder, shop);
  const chosen = options(task, false);
  const data = await trainingData(folder, chosen);
  const trainer = await isrfTrainer(data, chosen, {}, builtinTokenizer());
  await writeModel(folder, trainer.state);
  await writeSamples(join(folder, "samples.safetensors"), firstBatches(trainer.state, data, task, BATCHES));
  await trainer.dispose();
}

/**
 * Mean over the samples, without padding: prompt vectors, user and group before the items; two codes and an end as
 * answer.
 */
async function miniFlop(folder: string): Promise<{ step: number; inference: number }> {
  const { t5, options: chosen, nItems } = (await readJson(join(folder, "config.json"))) as ModelConfig;
  const samples = await openInputs(join(folder, "samples.safetensors"));
  let forward = 0;
  for (let b = 0; b < BATCHES; b++) {
    const items = samples.ints("items", b);
    const batch = samples.ints("users", b).length;
    const slots = items.length / batch;
    const lengths = Array.from({ length: batch }, (_, r) => items.subarray(r * slots, (r + 1) * slots).indexOf(-1));
    const longest = lengths.includes(-1) ? slots : Math.max(...lengths);
    forward += t5ForwardFlop(t5, { batch, source: chosen.prompts + 2 + longest, target: 3 }) / BATCHES;
  }
  const head = chosen.tasks === "sequential" ? productFlop(chosen.batch, t5.width, nItems) : 0;
  return { step: STEP_OVER_FORWARD * (forward + head), inference: forward + head };
}

async function open({ folder, isCheck, device, threads }: SideContext, task: Task): Promise<Side> {
  const chosen = options(task, isCheck);
  const data = await trainingData(folder, chosen);
  const compile = { device, threads };
  const count = STEPS_PER_SAMPLE[task];
  // The trainer keeps the list; what is asked depends on the prompts that it makes.
  const questions: Example[] = [];
  const validation = { sequential: [], direct: [], explanation: [], [task]: questions };
  const trainer = await isrfTrainer(data, chosen, compile, builtinTokenizer(), validation);
  questions.push(...firstBatches(trainer.state, data, task, count).flat());
  return {
    work: {
      step: async (index) => {
        for (let step = index * count; step < (index + 1) * count; step++) await trainer.step(step);
      },
      inference: () => trainer.validate(),
    },
    check: async () => {
      const losses: number[] = [];
      for (let step = 0; step < CHECKED_STEPS; step++) losses.push(...Object.values(await trainer.step(step)));
      return [...losses, ...Object.values((await trainer.validate()).figures)];
    },
    dispose: () => trainer.dispose(),
  };
}
