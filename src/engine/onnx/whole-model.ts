// A program with its data as one ONNX model, for other runtimes than ours.
import { UsageError } from "../../base/errors.ts";
import { sizeOf } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import { emitOnnx } from "./emit.ts";
import type { StoredInput } from "./emitter.ts";

export interface OnnxModelOptions {
  /** Data of inputs, by name: they lie in the model. Further ones are left out. All other inputs are to be fed. */
  readonly values: Readonly<Record<string, Float32Array | Int32Array>>;
  /** Store floats of so many values or more in 16 bits; infinity: all as they are. */
  readonly halvesFrom: number;
}

/** Operators of any provider alone. */
const PORTABLE = { fusedRmsNorm: false, byteMasks: false, logSoftmax: false };

/**
 * The bytes of `program` with the data of `values` and its own constants.
 * @throws UsageError for values of another size than their input, and for programs with sparse operators.
 */
export function onnxModel(program: Program, { values, halvesFrom }: OnnxModelOptions): Uint8Array {
  const stored = new Map<string, StoredInput>();
  for (const input of program.inputs) {
    const { name } = input.attributes;
    const data = values[name] ?? program.constants.get(name);
    if (data === undefined) continue;
    if (data.length !== sizeOf(input.shape))
      throw new UsageError(`program input ${name}: ${data.length} values, expected shape [${input.shape.join(", ")}]`);
    if (data instanceof Float32Array || data instanceof Int32Array)
      stored.set(name, { data, isHalf: data instanceof Float32Array && data.length >= halvesFrom });
  }
  const { bytes, bound } = emitOnnx(program, PORTABLE, [], stored);
  if (bound.size > 0) throw new UsageError("a program with sparse operators has no ONNX model of its own");
  return bytes;
}
