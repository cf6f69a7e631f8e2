// What a program reads, declared once by the part that reads it. The state that holds a learned tensor, the file that
// keeps it and the code that feeds an input all go by the same record.
import type { Init } from "./initial-values.ts";
import type { DType, Shape, Tensor } from "./trace/tensor.ts";

/** Name and shape of a learned tensor; checkpoints know it by its name. */
export interface TensorSpec {
  readonly name: string;
  readonly shape: Shape;
  /**
   * What its first rows belong to, such as "items", where other data may number that anew; rows behind them (padding,
   * masks) keep their order. Absent: its rows are the same whatever the data.
   */
  readonly rows?: string | undefined;
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

/** Shape and type of what a program is fed. */
export interface InputSpec<Type extends DType = DType> {
  readonly shape: Shape;
  readonly dtype: Type;
}

/** Inputs by name, e.g. `{ user: integers(rows), weight: floats(rows) }`; `Trace.inputs` reads them. */
export type InputSpecs = Readonly<Record<string, InputSpec | undefined>>;

/** What has to be fed for them: a missing feed, a misspelt one or one of another type does not compile. */
export type FeedsOf<Specs extends InputSpecs> = {
  readonly [Name in keyof Specs]: ArrayOf<NonNullable<Specs[Name]>["dtype"]>;
};

type ArrayOf<Type extends DType> = Type extends "float32"
  ? Float32Array
  : Type extends "int32"
    ? Int32Array
    : Uint8Array;

/** The nodes that read them. */
export type NodesOf<Specs extends InputSpecs> = { readonly [Name in keyof Specs]: Tensor };

/** An input of float32, as `floats(rows, width)`; without extents a scalar. */
export const floats = (...shape: number[]): InputSpec<"float32"> => ({ shape, dtype: "float32" });
/** An input of int32, as `floats` takes its extents. */
export const integers = (...shape: number[]): InputSpec<"int32"> => ({ shape, dtype: "int32" });
