// What the emission rules write with: nodes, constants and the names of ONNX values.
import { toHalves } from "../../base/half-floats.ts";
import type { DType, Shape, Tensor } from "../trace/tensor.ts";
import { isOp } from "../trace/tensor.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "./schema.ts";

export const ELEMENT_TYPES: Readonly<Record<DType | "int64" | "uint8" | "float16", number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 };

/** Of an ONNX node: a number is a whole one unless it says that it is a float. */
type Attribute = number | { readonly float: number } | string | readonly number[];

/** Which kernels an emission may use: fused ones that are wrong on a provider are avoided there. */
export interface EmitOptions {
  /** SimplifiedLayerNormalization's second output is the mean on WebGPU (measured), so only the CPU may use it. */
  readonly fusedRmsNorm: boolean;
  /**
   * Keep masks are uint8 and become factors in one DequantizeLinear; WebGPU has no uint8, so they are bool there, and
   * turned to float32 before they are cut up, as WebGPU cannot split bool.
   */
  readonly byteMasks: boolean;
  /** WebGPU has no LogSoftmax; there it is made of other ops. */
  readonly logSoftmax: boolean;
}

/** A value's name unless it is an output: an input's own, else a made-up one. */
export function valueName(tensor: Tensor): string {
  return isOp(tensor, "input") ? tensor.attributes.name : `%${tensor.id}`;
}

export interface BoundInput {
  readonly data: Float32Array | Int32Array;
  readonly shape: Shape;
}

/** An input whose data lie in the ONNX bytes: as they are, or as 16-bit floats that a node widens. */
export interface StoredInput {
  readonly data: Float32Array | Int32Array;
  readonly isHalf: boolean;
}

/**
 * What rules write with. Names are ONNX value names; made-up ones begin with %, so that no input or output has them.
 */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  /** Inputs that the emission itself needs, with their data. */
  readonly bound = new Map<string, BoundInput>();
  readonly options: EmitOptions;
  private readonly names = new Map<Tensor, string>();
  private readonly shared = new Map<string, string>();
  private count = 0;

  constructor(options: EmitOptions) {
    this.options = options;
  }

  /** Let a node's value be called `name`; false when it has a name already. */
  claim(tensor: Tensor, name: string): boolean {
    if (isOp(tensor, "input") || this.names.has(tensor)) return false;
    this.names.set(tensor, name);
    return true;
  }

  /** Let an input's readers read `name` instead. */
  replace(input: Tensor<"input">, name: string): void {
    this.names.set(input, name);
  }

  /** Write an input's data into the bytes. */
  store(input: Tensor<"input">, { data, isHalf }: StoredInput): void {
    const { name } = input.attributes;
    const values = isHalf && data instanceof Float32Array ? toHalves(data) : data;
    const dataType = ELEMENT_TYPES[isHalf ? "float16" : input.dtype];
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.initializers.push({ name, dims: input.shape, dataType, rawData });
    if (isHalf) this.replace(input, this.node("Cast", [name], this.fresh(), { to: ELEMENT_TYPES.float32 }));
  }

  nameOf(tensor: Tensor): string {
    let name = this.names.get(tensor);
    if (name === undefined) {
      name = valueName(tensor);
      this.names.set(tensor, name);
    }
    return name;
  }

  /** A fresh intermediate name. */
  fresh(): string {
    return `%t${this.count++}`;
  }

  node(
    opType: string,
    input: readonly string[],
    output: string | readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const outputs = typeof output === "string" ? [output] : output;
    this.nodes.push({ opType, input, output: outputs, attribute: Object.entries(attributes).map(encodeAttribute) });
    return outputs[0]!;
  }

  int64s(values: readonly number[]): string {
    return this.once(`i64:${values}`, (name) => {
      const data = BigInt64Array.from(values, BigInt);
      return { name, dims: [values.length], dataType: ELEMENT_TYPES.int64, rawData: new Uint8Array(data.buffer) };
    });
  }

  /** A constant of one repeated value; scalars stay scalars and larger shapes are expanded at run time. */
  scalar(value: number, dtype: DType): string {
    // -0 is a value of its own: 1 / -0 is -Infinity.
    return this.once(`${dtype}:${Object.is(value, -0) ? "-0" : value}`, (name) => {
      const data =
        dtype === "float32" ? Float32Array.of(value) : dtype === "int32" ? Int32Array.of(value) : Uint8Array.of(value);
      return { name, dims: [], dataType: ELEMENT_TYPES[dtype], rawData: new Uint8Array(data.buffer) };
    });
  }

  /** Data too large for the bytes, bound to the session under `name`. */
  constant(name: string, data: BoundInput["data"], shape: Shape): string {
    this.bound.set(name, { data, shape });
    return name;
  }

  /** `make` is run once per key; its value's name is shared. */
  sharedValue(key: string, make: () => string): string {
    let name = this.shared.get(key);
    if (name === undefined) {
      name = make();
      this.shared.set(key, name);
    }
    return name;
  }

  private once(key: string, make: (name: string) => OnnxTensor): string {
    return this.sharedValue(key, () => {
      const tensor = make(`%c${this.count++}`);
      this.initializers.push(tensor);
      return tensor.name;
    });
  }
}

function encodeAttribute([name, value]: [string, Attribute]): OnnxAttribute {
  if (typeof value === "string") return { name, type: ATTRIBUTE_TYPES.string, s: new TextEncoder().encode(value) };
  if (typeof value === "number") return { name, type: ATTRIBUTE_TYPES.int, i: value };
  if ("float" in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPES.ints, ints: value };
}
