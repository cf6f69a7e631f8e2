// The values of one run of a program in stages: what was fed, what stages have made, and where results go.
import { internal, UsageError } from "../../base/errors.ts";
import type { TensorData } from "../trace/tensor.ts";
import { sizeOf, type Tensor } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import { checkLength, type Feeds } from "./feeds.ts";

/** Arrays of values between stages, which may be kept from run to run. */
export type ArraysBetween = Map<Tensor, TensorData>;

export class StageValues {
  readonly results: Record<string, TensorData> = {};
  private readonly program: Program;
  private readonly into: Feeds;
  private readonly between: ArraysBetween;
  private readonly values: Map<Tensor, TensorData>;

  /** @throws UsageError for missing feeds, and for feeds and targets of wrong lengths. */
  constructor(program: Program, feeds: Feeds, into: Feeds, between: ArraysBetween) {
    this.program = program;
    this.into = into;
    this.between = between;
    this.values = new Map(
      program.inputs.map((input) => {
        const { name } = input.attributes;
        const data = feeds[name] ?? program.constants.get(name);
        if (data === undefined) throw new UsageError(`program input ${name} is not fed`);
        checkLength(name, input.shape, data);
        return [input, data];
      }),
    );
    for (const [name, node] of Object.entries(program.outputs)) {
      if (into[name] !== undefined) checkLength(name, node.shape, into[name]);
    }
  }

  readonly of = (tensor: Tensor): TensorData => {
    const value = this.values.get(tensor);
    if (value === undefined) throw internal(`no value for ${tensor.op} ${tensor.id}`);
    return value;
  };

  set(tensor: Tensor, value: TensorData): void {
    this.values.set(tensor, value);
  }

  forget(tensor: Tensor): void {
    this.values.delete(tensor);
  }

  /** Have a node's value written where it belongs: to the results that it is, else to an array between stages. */
  write(node: Tensor, fill: (target: Float32Array) => void): void {
    const names = Object.keys(this.program.outputs).filter((name) => this.program.outputs[name] === node);
    const targets = names.map((name) => (this.into[name] ?? new Float32Array(sizeOf(node.shape))) as Float32Array);
    for (const [i, name] of names.entries()) this.results[name] = targets[i]!;
    const [first = this.arrayFor(node) as Float32Array, ...more] = targets;
    fill(first);
    for (const target of more) target.set(first);
    this.set(node, first);
  }

  arrayFor(node: Tensor): TensorData {
    let array = this.between.get(node);
    if (array === undefined) {
      array = arrayOf(node);
      this.between.set(node, array);
    }
    return array;
  }
}

function arrayOf({ dtype, shape }: Tensor): TensorData {
  switch (dtype) {
    case "float32":
      return new Float32Array(sizeOf(shape));
    case "int32":
      return new Int32Array(sizeOf(shape));
    case "bool":
      return new Uint8Array(sizeOf(shape));
    default:
      return dtype satisfies never;
  }
}
