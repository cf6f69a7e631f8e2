// Files of numbers that both sides read.
import { Parameters } from "../../src/engine/index.ts";
import { readSafetensors, type Safetensors, type StoredTensor } from "../../src/engine/safetensors.ts";

/** Tensors whose first axis counts batches. */
export class Inputs {
  private readonly file: Safetensors;

  constructor(file: Safetensors) {
    this.file = file;
  }

  count(name: string): number {
    return this.tensor(name).shape[0]!;
  }

  /** Entry `index` of the first axis. */
  ints(name: string, index: number): Int32Array {
    return this.part(name, index) as Int32Array;
  }

  floats(name: string, index: number): Float32Array {
    return this.part(name, index) as Float32Array;
  }

  /** The whole tensor. */
  all(name: string): StoredTensor["data"] {
    return this.tensor(name).data;
  }

  private part(name: string, index: number): StoredTensor["data"] {
    const { shape, data } = this.tensor(name);
    const size = data.length / shape[0]!;
    return data.subarray(index * size, (index + 1) * size);
  }

  private tensor(name: string): StoredTensor {
    const tensor = this.file.tensors.get(name);
    if (tensor === undefined) throw new Error(`the benchmark's inputs have no tensor ${name}`);
    return tensor;
  }
}

export async function openInputs(path: string): Promise<Inputs> {
  return new Inputs(await readSafetensors(path));
}

/** Every tensor of a file as a parameter. */
export async function readParameters(path: string): Promise<Parameters> {
  const parameters = new Parameters();
  for (const [name, { shape, data }] of (await readSafetensors(path)).tensors) {
    parameters.add({ name, shape }, data as Float32Array);
  }
  return parameters;
}
