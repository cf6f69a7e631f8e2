// Parameters with their optimiser state on disk, for resuming.
import { InputError } from "../base/errors.ts";
import type { Parameters } from "../engine/index.ts";
import { floatTensor, readSafetensors, type Safetensors, writeSafetensors } from "../engine/safetensors.ts";

/** Parameter sets with their optimiser state, for resuming. Set names prefix tensor names. */
export async function saveOptimiser(path: string, sets: Readonly<Record<string, Parameters>>): Promise<void> {
  const tensors: Record<string, { shape: readonly number[]; data: Float32Array }> = {};
  const steps: Record<string, string> = {};
  for (const [set, parameters] of Object.entries(sets)) {
    for (const { name, shape, front, steps: count } of parameters.all) {
      for (const part of ["value", "m", "v"] as const) tensors[`${set}/${name}/${part}`] = { shape, data: front[part] };
      steps[`${set}/${name}`] = String(count);
    }
  }
  await writeSafetensors(path, tensors, steps);
}

/** Fill `sets` with what `saveOptimiser` wrote. @throws InputError for another shape. */
export async function loadOptimiser(path: string, sets: Readonly<Record<string, Parameters>>): Promise<void> {
  const file = await readSafetensors(path);
  for (const [set, parameters] of Object.entries(sets)) {
    for (const entry of parameters.all) {
      for (const part of ["value", "m", "v"] as const) {
        entry.front[part].set(floatTensor(path, file, `${set}/${entry.name}/${part}`, entry.shape));
      }
      entry.steps = stepCount(path, file, `${set}/${entry.name}`);
    }
  }
}

function stepCount(path: string, file: Safetensors, name: string): number {
  const text = file.metadata[name] ?? "none";
  if (!/^\d+$/.test(text)) {
    throw new InputError({
      where: path,
      found: `step count ${text} of ${name}`,
      expected: "a whole number in the metadata",
    });
  }
  return Number(text);
}
