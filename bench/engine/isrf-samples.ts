// What the PyTorch sides of the ISRF cases read: the examples that our sampler draws, and the model that they are fed
// to.
import { join } from "node:path";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { ADAMW_DEFAULTS } from "../../src/engine/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import { Sampler } from "../../src/recommenders/generative/examples/sampler.ts";
import type { TrainingData } from "../../src/recommenders/generative/examples/training-data.ts";
import type { Example } from "../../src/recommenders/generative/shapes.ts";
import type { GenerativeState } from "../../src/recommenders/generative/state.ts";
import type { Task } from "../../src/recommenders/recommender.ts";
import { SEED } from "./isrf-trainer.ts";

/** The first `count` batches of a task, as a trainer with the same seed draws them. */
export function firstBatches(state: GenerativeState, data: TrainingData, task: Task, count: number): Example[][] {
  const sampler = new Sampler(data.prefixes, data.nItems, state.form, state.network.options, SEED);
  return Array.from({ length: count }, (_, index) => sampler.batch(task, index));
}

/** users and targets [batches, B], items and history [batches, B, longest] with -1 behind the last. */
export async function writeSamples(path: string, batches: readonly (readonly Example[])[]): Promise<void> {
  const size = batches[0]!.length;
  const examples = batches.flat();
  const shape = [batches.length, size];
  const padded = (lists: readonly Int32Array[]) => {
    const longest = Math.max(1, ...lists.map((list) => list.length));
    const data = new Int32Array(lists.length * longest).fill(-1);
    lists.forEach((list, i) => {
      data.set(list, i * longest);
    });
    return { shape: [...shape, longest], data };
  };
  await writeSafetensors(path, {
    users: { shape, data: Int32Array.from(examples, ({ userIndex }) => userIndex) },
    targets: { shape, data: Int32Array.from(examples, ({ target }) => target!) },
    items: padded(examples.map(({ items }) => items)),
    history: padded(examples.map(({ history }) => history ?? new Int32Array(0))),
  });
}

/** Parameters, interest tables, codes and settings of a model in its first state. */
export async function writeModel(folder: string, state: GenerativeState): Promise<void> {
  const { network, nUsers, parameters, interests, codes } = state;
  const values = parameters.all.map(({ name, shape, front }) => [name, { shape, data: front.value }] as const);
  await writeSafetensors(join(folder, "parameters.safetensors"), Object.fromEntries(values));
  const d = network.t5.width;
  await writeSafetensors(join(folder, "tables.safetensors"), {
    individual: { shape: [nUsers + network.nItems, d], data: interests.individual },
    group: { shape: [nUsers, d], data: interests.group },
    ...(codes && { codes: { shape: [network.nItems, 2], data: codes.tokens } }),
  });
  const { options, t5, scales, nItems } = network;
  const optimiser = { ...ADAMW_DEFAULTS, learningRate: options.learningRate, weightDecay: options.weightDecay };
  await writeJsonAtomic(join(folder, "config.json"), { options, t5, scales, nItems, nUsers, optimiser });
}
