// T5-small from token ids to the next parameters: the largest programs of the engine, nearly all of it matrix products.
import { join } from "node:path";

import { EOS_ID, PAD_ID, T5_SMALL, type T5Config } from "../../src/backbone/t5-config.ts";
import { t5Parameters } from "../../src/backbone/t5-parameters.ts";
import { readJson, writeJsonAtomic } from "../../src/base/files.ts";
import { Random } from "../../src/base/random.ts";
import { ADAMW_DEFAULTS, compile, compileTrainStep, HIDDEN, trace } from "../../src/engine/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import { keepMasks } from "../../src/training/keep-masks.ts";
import type { BenchCase, Side, SideContext } from "./case.ts";
import { STEP_OVER_FORWARD, t5ForwardFlop } from "./flop.ts";
import { type Inputs, openInputs, readParameters } from "./inputs.ts";
import { type T5Size, t5Objective } from "./t5-objective.ts";

interface Config {
  readonly t5: T5Config;
  readonly size: T5Size;
}

/** Batches in a file; steps go round them. */
const BATCHES = 4;
/** Examples of the batches that are checked. */
const CHECKED = 4;
const SEED = 2026;

const optimiser = { ...ADAMW_DEFAULTS, learningRate: 1e-4 };

export function t5SmallCase(batch: number, source: number, target: number): BenchCase {
  const size = { batch, source, target };
  return {
    name: `t5-small ${batch}x(${source}->${target})`,
    what: `T5-small, ${batch} examples of ${source} tokens to ${target}, dropout 0.1`,
    variants: ["eager", "compile"],
    rounds: 2,
    plan: { step: { warmups: 1, samples: 4 }, inference: { warmups: 1, samples: 4 } },
    prepare: (folder) => prepare(folder, size),
    flop: async () => {
      const forward = t5ForwardFlop(T5_SMALL, size);
      return { step: STEP_OVER_FORWARD * forward, inference: forward };
    },
    open,
  };
}

async function prepare(folder: string, size: T5Size): Promise<void> {
  const random = Random.of(SEED, "t5-small parameters");
  const parameters = t5Parameters(T5_SMALL).map(
    (spec) => [spec.name, { shape: spec.shape, data: spec.init(spec.shape, random) }] as const,
  );
  await writeSafetensors(join(folder, "parameters.safetensors"), Object.fromEntries(parameters));
  await writeBatches(join(folder, "batches.safetensors"), BATCHES, size);
  await writeBatches(join(folder, "check.safetensors"), 2, { ...size, batch: CHECKED });
  await writeJsonAtomic(join(folder, "config.json"), { t5: T5_SMALL, size, optimiser });
}

/** Random tokens; the last quarter of the examples is a little shorter, so that masks do something. */
async function writeBatches(path: string, count: number, { batch, source, target }: T5Size): Promise<void> {
  const random = Random.of(SEED, "t5-small batches");
  const token = () => 3 + random.below(T5_SMALL.vocabulary - 3);
  const rows = count * batch;
  const tokens = new Int32Array(rows * source);
  const present = new Int32Array(rows * source);
  const labels = new Int32Array(rows * target);
  const decoderTokens = new Int32Array(rows * target).fill(PAD_ID);
  for (let r = 0; r < rows; r++) {
    const used = r % batch < 0.75 * batch ? source : Math.floor(0.9 * source);
    for (let i = 0; i < used; i++) tokens[r * source + i] = token();
    present.fill(1, r * source, r * source + used);
    for (let i = 0; i < target - 1; i++) {
      labels[r * target + i] = token();
      decoderTokens[r * target + i + 1] = labels[r * target + i]!;
    }
    labels[(r + 1) * target - 1] = EOS_ID;
  }
  const part = (data: Int32Array, length: number) => ({ shape: [count, batch, length], data });
  await writeSafetensors(path, {
    tokens: part(tokens, source),
    present: part(present, source),
    labels: part(labels, target),
    decoderTokens: part(decoderTokens, target),
  });
}

function feedsOf(batches: Inputs, index: number) {
  const i = index % batches.count("tokens");
  return {
    tokens: batches.ints("tokens", i),
    mask: Float32Array.from(batches.ints("present", i), (present) => (present === 1 ? 0 : HIDDEN)),
    decoderTokens: batches.ints("decoderTokens", i),
    labels: batches.ints("labels", i),
  };
}

async function open({ folder, isCheck, device, threads }: SideContext): Promise<Side> {
  const config = (await readJson(join(folder, "config.json"))) as Config;
  const t5 = isCheck ? { ...config.t5, dropout: 0 } : config.t5;
  const size = isCheck ? { ...config.size, batch: CHECKED } : config.size;
  const parameters = await readParameters(join(folder, "parameters.safetensors"));
  const batches = await openInputs(join(folder, isCheck ? "check.safetensors" : "batches.safetensors"));
  const train = await compileTrainStep((t) => t5Objective(t, t5, size, true), parameters, optimiser, {
    device,
    threads,
  });
  const evaluation = await compile(
    trace((t) => ({ loss: t5Objective(t, t5, size, false).loss })),
    { device, threads },
  );
  const step = async (index: number): Promise<number> => {
    const masks = keepMasks(train.executable.program, Random.of(SEED, `dropout/${index}`));
    return (await train.run({ ...feedsOf(batches, index), ...masks }, optimiser)).loss![0]!;
  };
  const inference = async (index: number): Promise<number> =>
    (await evaluation.run({ ...parameters.feeds(), ...feedsOf(batches, index) })).loss![0]!;
  return {
    work: { step, inference },
    check: async () => [await step(0), await step(1), await inference(0)],
    dispose: async () => {
      await train.dispose();
      await evaluation.dispose();
    },
  };
}
