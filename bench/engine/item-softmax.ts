// The part that sequence models over a catalogue share: embed a history, compare its vector with every item, softmax,
// and bring the gradient back to the table. 256 users, 12,101 items on Beauty, width 64, as in SASRec.
import { join } from "node:path";
import { readJson, writeJsonAtomic } from "../../src/base/files.ts";
import { Random } from "../../src/base/random.ts";
import {
  ADAMW_DEFAULTS,
  compile,
  compileTrainStep,
  gather,
  matmul,
  mean,
  type Tensor,
  type Trace,
  trace,
  transpose,
} from "../../src/engine/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import { catalogueCrossEntropy } from "../../src/recommenders/id-models/catalogue-loss.ts";
import type { BenchCase, Side, SideContext } from "./case.ts";
import { productFlop, STEP_OVER_FORWARD } from "./flop.ts";
import { openInputs, readParameters } from "./inputs.ts";
import { SEED } from "./isrf-trainer.ts";
import type { Shop } from "./shop.ts";

interface Config {
  readonly nItems: number;
  readonly batch: number;
  readonly length: number;
  readonly width: number;
}

const SIZE = { batch: 256, length: 20, width: 64 };
const BATCHES = 8;
/** A step takes tens of milliseconds. */
const STEPS_PER_SAMPLE = 10;
const optimiser = { ...ADAMW_DEFAULTS, weightDecay: 0 };

export const itemSoftmaxCase: BenchCase = {
  name: "item-softmax",
  what: "embedding and softmax over all items, 256 histories of 20 items, width 64",
  variants: ["eager", "compile"],
  rounds: 2,
  stepsPerSample: STEPS_PER_SAMPLE,
  plan: { step: { warmups: 2, samples: 5 }, inference: { warmups: 1, samples: 5 } },
  flop: async (folder) => {
    const { batch, width, nItems } = (await readJson(join(folder, "config.json"))) as Config;
    const forward = productFlop(batch, width, nItems);
    return { step: STEP_OVER_FORWARD * forward, inference: forward };
  },
  prepare,
  open,
};

async function prepare(folder: string, { nItems, histories }: Shop): Promise<void> {
  const random = Random.of(SEED, "item softmax");
  const { batch, length, width } = SIZE;
  await writeSafetensors(join(folder, "parameters.safetensors"), {
    items: { shape: [nItems, width], data: random.normals(nItems * width, 0.1) },
  });
  const draw = (count: number) =>
    Int32Array.from({ length: count }, () => random.pick(random.pick(histories) as never));
  await writeSafetensors(join(folder, "batches.safetensors"), {
    history: { shape: [BATCHES, batch, length], data: draw(BATCHES * batch * length) },
    target: { shape: [BATCHES, batch], data: draw(BATCHES * batch) },
  });
  await writeJsonAtomic(join(folder, "config.json"), { ...SIZE, nItems, optimiser, stepsPerSample: STEPS_PER_SAMPLE });
}

function queryAndItems(t: Trace, { nItems, batch, length, width }: Config): { query: Tensor; items: Tensor } {
  const items = t.parameter({ name: "items", shape: [nItems, width] });
  return { items, query: mean(gather(items, t.input("history", [batch, length], "int32")), [1]) };
}

async function open({ folder, device, threads }: SideContext): Promise<Side> {
  const config = (await readJson(join(folder, "config.json"))) as Config;
  const parameters = await readParameters(join(folder, "parameters.safetensors"));
  const batches = await openInputs(join(folder, "batches.safetensors"));
  const train = await compileTrainStep(
    (t) => {
      const { query, items } = queryAndItems(t, config);
      const target = t.input("target", [config.batch], "int32");
      return { loss: catalogueCrossEntropy({ query, items }, target, t.fill(1 / config.batch, [config.batch])) };
    },
    parameters,
    optimiser,
    { device, threads },
  );
  const scores = await compile(
    trace((t) => {
      const { query, items } = queryAndItems(t, config);
      return { scores: matmul(query, transpose(items)) };
    }),
    { device, threads },
  );
  const step = async (index: number): Promise<number> => {
    const i = index % BATCHES;
    const feeds = { history: batches.ints("history", i), target: batches.ints("target", i) };
    return (await train.run(feeds, optimiser)).loss![0]!;
  };
  const into = { scores: new Float32Array(config.batch * config.nItems) };
  const inference = (index: number) =>
    scores.run({ ...parameters.feeds(), history: batches.ints("history", index % BATCHES) }, into);
  const repeat = async (index: number, work: (step: number) => Promise<unknown>): Promise<void> => {
    for (let i = 0; i < STEPS_PER_SAMPLE; i++) await work(index * STEPS_PER_SAMPLE + i);
  };
  return {
    work: { step: (index) => repeat(index, step), inference: (index) => repeat(index, inference) },
    check: async () => [await step(0), await step(1), await step(2)],
    dispose: async () => {
      await train.dispose();
      await scores.dispose();
    },
  };
}
