// What a program reads, declared once by the part that reads it. The state that holds a learned tensor, the file that keeps
// it and the code that feeds an input all go by the same record.
import type { Init } from "./initial-values.ts";
import type { Shape } from "./trace/tensor.ts";

/** Name and shape of a learned tensor; checkpoints know it by its name. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: Shape;
}

/** A learned tensor with its fresh value. */
export interface ParameterSpec extends TensorSpec {
  readonly init: Init;
}

/** Learned tensors in the order of their parts, e.g. `{ items, blocks: [{ query: { weight, bias } }] }`. */
export type LearnedTensors =
  | ParameterSpec
  | readonly LearnedTensors[]
  | { readonly [part: string]: LearnedTensors | undefined };

/** All tensors of the parts, in their order; absent parts have none. */
export function listed(tensors: LearnedTensors | undefined): ParameterSpec[] {
  if (tensors === undefined) return [];
  return isSpec(tensors) ? [tensors] : Object.values(tensors).flatMap((part) => listed(part));
}

function isSpec(tensors: LearnedTensors): tensors is ParameterSpec {
  return "init" in tensors && typeof tensors.init === "function";
}
