// Values of trained parameters beside the model of a checkpoint: what a training starts from that begins with this run.
// A model alone would not do: it holds what answers need, such as vectors after propagation.
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import type { Parameters } from "../engine/index.ts";
import { readSafetensors, writeSafetensors } from "../engine/safetensors.ts";

const FILE = "parameters.safetensors";

export interface StoredValue {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Write the values of all sets into a checkpoint, as "set/name", and `further` ones under their own names. */
export async function saveParameters(
  directory: string,
  sets: Readonly<Record<string, Parameters>>,
  further: Readonly<Record<string, StoredValue>> = {},
): Promise<void> {
  const values: Record<string, StoredValue> = { ...further };
  for (const [set, parameters] of Object.entries(sets)) {
    for (const { name, shape, front } of parameters.all) values[`${set}/${name}`] = { shape, data: front.value };
  }
  await writeSafetensors(join(directory, FILE), values);
}

/** As they were saved. @throws InputError for a checkpoint of an older version, which has none. */
export async function readParameters(directory: string): Promise<ReadonlyMap<string, StoredValue>> {
  const path = join(directory, FILE);
  if (!(await exists(path))) {
    throw new InputError({
      where: directory,
      found: `no ${FILE}: an older version trained this run`,
      expected: "the parameters that another training can start from",
      todo: "Train without --from this once.",
    });
  }
  const { tensors } = await readSafetensors(path);
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float32Array }]));
}
