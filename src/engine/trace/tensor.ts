// The traced form: an immutable node of a tensor program. Every shape is static; one program per shape bucket.
import type { SparseOperator } from "./sparse-operator.ts";

/** Types of elements; bool is fed as bytes. */
export type DType = "float32" | "int32" | "bool";
/** Extents, the outermost axis first; none for a scalar. */
export type Shape = readonly number[];
/** Elements, row-major: float32, int32, and bytes for bool. */
export type TensorData = Float32Array | Int32Array | Uint8Array;

/** Attributes of each op. An op without attributes has an empty record. */
export interface OpAttributes {
  /** A value fed at run time; `role` says by whom. */
  input: { readonly name: string; readonly role: InputRole };
  /** A small constant stored in the program: one value, broadcast to the shape. */
  fill: { readonly value: number };
  add: object;
  sub: object;
  mul: object;
  div: object;
  neg: object;
  exp: object;
  log: object;
  sqrt: object;
  tanh: object;
  sigmoid: object;
  erf: object;
  relu: object;
  equal: object;
  greater: object;
  where: object;
  cast: { readonly to: DType };
  sum: { readonly axes: readonly number[] };
  max: { readonly axes: readonly number[] };
  softmax: object;
  logSoftmax: object;
  crossEntropy: { readonly smoothing: number };
  crossEntropyGradient: { readonly smoothing: number };
  matmul: object;
  reshape: object;
  transpose: { readonly order: readonly number[] };
  expand: object;
  concat: { readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly end: number };
  pad: { readonly axis: number; readonly before: number; readonly after: number };
  gather: object;
  scatterAdd: { readonly rows: number };
  rmsNorm: { readonly epsilon: number };
  rmsInverse: { readonly epsilon: number };
  /** Sum of coefficients[l] A^l x; the last coefficient is not 0, and there are at least two. */
  sparsePolynomial: { readonly operator: SparseOperator; readonly coefficients: readonly number[] };
  stopGradient: object;
  /** The first input; the others are pairs of a tensor and the gradient that it gets from here. */
  givenGradients: object;
  /**
   * Keep-mask draws (0 or 1) as float32 factors 0 or `scale`; `isRemade` ones stay apart from those of the forward
   * pass.
   */
  keepFactor: { readonly scale: number; readonly isRemade: boolean };
}

export type OpName = keyof OpAttributes;

/** data: fed each run; parameter: trained; constant: bound to the program; keepMask: dropout draws. */
export type InputRole = "data" | "parameter" | "constant" | "keepMask";

/** The recording that a tensor belongs to, as ops use it; `Trace` is the class behind it. */
export interface Recording {
  /** A value fed at every run. Asking again for a name returns the same node. */
  input(name: string, shape: Shape, dtype?: DType): Tensor;
  /** Data bound to the program once; not stored in the ONNX bytes. */
  constant(name: string, data: TensorData, shape: Shape): Tensor;
  /** Int32 numbers 0..length-1. */
  range(length: number): Tensor;
  /** A tensor filled with one value. */
  fill(value: number, shape?: Shape, dtype?: DType): Tensor;
  /** Offset of `length` fresh dropout draws, and the mask input they are read from. */
  reserveKeepMask(probability: number, length: number): { mask: Tensor; offset: number };
  /** Add a node, or return the equal one that is already there. Ops call this after checking shapes. */
  node<Op extends OpName>(
    op: Op,
    inputs: readonly Tensor[],
    attributes: OpAttributes[Op],
    shape: Shape,
    dtype: DType,
  ): Tensor<Op>;
}

/** A value of a program: one node of its trace, which an op made. It holds no data. */
export interface Tensor<Op extends OpName = OpName> {
  /** The recording that it belongs to; operands of an op belong to one. */
  readonly trace: Recording;
  /** Grows in the order of execution. */
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: OpAttributes[Op];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** True when `tensor` is made by `op`; narrows its attributes. */
export function isOp<Op extends OpName>(tensor: Tensor, op: Op): tensor is Tensor<Op> {
  return tensor.op === op;
}
