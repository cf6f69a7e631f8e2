// Records tensor ops into a graph of nodes. Equal nodes are made once, so gradients reuse forward values.
import { UsageError } from "../../base/errors.ts";
import type { InputSpecs, NodesOf, TensorSpec } from "../declarations.ts";
import { sameShape } from "./shapes.ts";
import type { SparseOperator } from "./sparse-operator.ts";
import type { DType, InputRole, OpAttributes, OpName, Recording, Shape, Tensor, TensorData } from "./tensor.ts";
import { sizeOf } from "./tensor.ts";

/** A finished recording: what goes in, what comes out, and the nodes between, in execution order. */
export interface Program {
  readonly nodes: readonly Tensor[];
  readonly inputs: readonly Tensor<"input">[];
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Data bound at trace time (graph structure, frozen features), by input name. */
  readonly constants: ReadonlyMap<string, TensorData>;
  /** Elements of each keep-mask input, by drop probability. */
  readonly keepMasks: ReadonlyMap<number, { readonly name: string; readonly length: number }>;
}

/**
 * Record a program: `trace((t) => ({ y: relu(t.input("x", [2, 3])) }))`. What `body` gives are the outputs, by name.
 * Inputs that no output needs are left out.
 * @throws what `body` throws, as ops do for operands that do not fit.
 */
export function trace(body: (t: Trace) => Readonly<Record<string, Tensor>>): Program {
  const t = new Trace();
  return t.finish(body(t));
}

/** A recording under way. Ops add nodes to the one that their operands belong to; `trace` begins and ends it. */
export class Trace implements Recording {
  private readonly nodes: Tensor[] = [];
  private readonly known = new Map<string, Tensor>();
  private readonly inputNodes = new Map<string, Tensor<"input">>();
  private readonly constants = new Map<string, TensorData>();
  private readonly keepMasks = new Map<number, { name: string; input: Tensor<"input">; length: number }>();

  /** A value fed at every run. Asking again for a name returns the same node. @throws UsageError as `inputOnce`. */
  input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
    return this.inputOnce(name, shape, dtype, "data");
  }

  /** Every input of `specs`; those that no output needs are left out of the program. @throws as `input`. */
  inputs<Specs extends InputSpecs>(specs: Specs): NodesOf<Specs> {
    const entries = Object.entries(specs).flatMap(([name, spec]) =>
      spec === undefined ? [] : [[name, this.input(name, spec.shape, spec.dtype)] as const],
    );
    return Object.fromEntries(entries) as NodesOf<Specs>;
  }

  /**
   * A learned tensor; `gradients` and optimisers know it by name. Asking again for a name returns the same node.
   * @throws UsageError as `inputOnce`.
   */
  parameter({ name, shape }: TensorSpec): Tensor {
    return this.inputOnce(name, shape, "float32", "parameter");
  }

  /**
   * Data bound to the program once; not stored in the ONNX bytes.
   * @throws UsageError for a shape of another size, and as `inputOnce`, also for a name that has other data.
   */
  constant(name: string, data: TensorData, shape: Shape): Tensor {
    if (data.length !== sizeOf(shape)) {
      throw new UsageError(`constant ${name}: ${data.length} values for shape [${shape}]`);
    }
    const dtype = data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "bool";
    if (this.inputNodes.has(name) && this.constants.get(name) !== data) {
      throw new UsageError(`trace: input ${name} is declared twice, the second time as a constant of other data`);
    }
    this.constants.set(name, data);
    return this.inputOnce(name, shape, dtype, "constant");
  }

  /** Int32 numbers 0..length-1. */
  range(length: number): Tensor {
    const name = `range${length}`;
    const numbers = this.constants.get(name) ?? Int32Array.from({ length }, (_, i) => i);
    return this.constant(name, numbers, [length]);
  }

  /** A tensor filled with one value. @throws UsageError for an int32 tensor of anything but a whole number. */
  fill(value: number, shape: Shape = [], dtype: DType = "float32"): Tensor {
    if (dtype === "int32" && (value | 0) !== value) {
      throw new UsageError(`fill: ${value} for an int32 tensor, expected a whole number of 32 bits`);
    }
    return this.node("fill", [], { value }, shape, dtype);
  }

  /** Offset of `length` fresh dropout draws, and the mask input they are read from. */
  reserveKeepMask(probability: number, length: number): { mask: Tensor; offset: number } {
    let entry = this.keepMasks.get(probability);
    if (entry === undefined) {
      const name = `keep@${probability}`;
      // The real length is known when the recording ends; `finish` replaces this shape.
      entry = { name, input: this.makeInput(name, [0], "bool", "keepMask"), length: 0 };
      this.keepMasks.set(probability, entry);
    }
    const offset = entry.length;
    entry.length += length;
    (entry.input as { shape: Shape }).shape = [entry.length];
    return { mask: entry.input, offset };
  }

  /**
   * Add a node, or return the equal one that is already there. Ops call this after checking shapes.
   * @throws UsageError for an operand of another trace.
   */
  node<Op extends OpName>(
    op: Op,
    inputs: readonly Tensor[],
    attributes: OpAttributes[Op],
    shape: Shape,
    dtype: DType,
  ): Tensor<Op> {
    for (const input of inputs) {
      if (input.trace !== this) throw new UsageError(`${op}: an operand belongs to another trace`);
    }
    const key = `${op}(${inputs.map((i) => i.id)})${attributeKey(attributes)}[${shape}]${dtype}`;
    const known = this.known.get(key);
    if (known !== undefined) return known as Tensor<Op>;
    const made: Tensor<Op> = { trace: this, id: this.nodes.length, op, inputs, attributes, shape, dtype };
    this.nodes.push(made);
    this.known.set(key, made);
    return made;
  }

  /** The program of `outputs`: all that they need, and nothing else. */
  finish(outputs: Readonly<Record<string, Tensor>>): Program {
    const needed = new Set<Tensor>();
    const pending = Object.values(outputs);
    while (pending.length > 0) {
      const tensor = pending.pop()!;
      if (needed.has(tensor)) continue;
      needed.add(tensor);
      pending.push(...tensor.inputs);
    }
    const nodes = this.nodes.filter((node) => needed.has(node));
    const inputs = [...this.inputNodes.values()].filter((node) => needed.has(node));
    return {
      nodes,
      inputs,
      outputs,
      constants: new Map(
        inputs.flatMap((i) => {
          const data = this.constants.get(i.attributes.name);
          return data === undefined ? [] : [[i.attributes.name, data] as const];
        }),
      ),
      keepMasks: new Map([...this.keepMasks].map(([p, { name, length }]) => [p, { name, length }])),
    };
  }

  /** @throws UsageError for a name that is there with another shape or type, or is fed otherwise. */
  private inputOnce(name: string, shape: Shape, dtype: DType, role: InputRole): Tensor {
    const known = this.inputNodes.get(name);
    if (known === undefined) return this.makeInput(name, shape, dtype, role);
    if (known.attributes.role === role && known.dtype === dtype && sameShape(known.shape, shape)) return known;
    const before = `${known.attributes.role} ${known.dtype}[${known.shape}]`;
    throw new UsageError(`trace: input ${name} is declared twice, as ${before} and as ${role} ${dtype}[${shape}]`);
  }

  private makeInput(name: string, shape: Shape, dtype: DType, role: InputRole): Tensor<"input"> {
    const made: Tensor<"input"> = {
      trace: this,
      id: this.nodes.length,
      op: "input",
      inputs: [],
      attributes: { name, role },
      shape,
      dtype,
    };
    this.nodes.push(made);
    this.inputNodes.set(name, made);
    return made;
  }
}

function attributeKey(attributes: object): string {
  // JSON has no infinities, NaN or negative zero: as text they stay apart. Operators are told apart by number.
  return JSON.stringify(attributes, (name, value: unknown) => {
    if (name === "operator") return (value as SparseOperator).serial;
    return typeof value === "number" ? (Object.is(value, -0) ? "-0" : String(value)) : value;
  });
}
