// Golden files made by the recipes in `peers/`.
import { join } from "node:path";
import { InputError } from "../../src/base/errors.ts";
import type { TensorData } from "../../src/engine/index.ts";
import { readSafetensors, type Safetensors } from "../../src/engine/safetensors.ts";

export function fixturePath(name: string): string {
  return join(import.meta.dirname, "fixtures", name);
}

/** One tensor of a fixture, as the engine takes it. */
export interface Golden {
  readonly shape: readonly number[];
  readonly data: TensorData;
  readonly dtype: "float32" | "int32" | "bool";
}

const DTYPES: Readonly<Record<string, Golden["dtype"]>> = { F32: "float32", I32: "int32", BOOL: "bool" };

export class Fixture {
  private readonly name: string;
  private readonly file: Safetensors;

  private constructor(name: string, file: Safetensors) {
    this.name = name;
    this.file = file;
  }

  static async open(name: string): Promise<Fixture> {
    return new Fixture(name, await readSafetensors(fixturePath(name)));
  }

  get names(): string[] {
    return [...this.file.tensors.keys()];
  }

  has(name: string): boolean {
    return this.file.tensors.has(name);
  }

  /** @throws InputError when the recipe wrote no such tensor. */
  get(name: string): Golden {
    const tensor = this.file.tensors.get(name);
    const dtype = DTYPES[tensor?.dtype ?? ""];
    if (tensor === undefined || dtype === undefined) {
      throw new InputError({
        where: this.name,
        found: `no usable tensor "${name}"`,
        expected: "what the recipe writes",
      });
    }
    return { shape: tensor.shape, data: tensor.data as TensorData, dtype };
  }

  floats(name: string): Float32Array {
    return this.get(name).data as Float32Array;
  }

  ints(name: string): Int32Array {
    return this.get(name).data as Int32Array;
  }
}
