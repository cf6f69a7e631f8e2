// Emission as a table: op -> ONNX nodes (opset 18). `out` is the name the result must get.
import type { OpName, Tensor } from "../trace/tensor.ts";
import type { Emitter } from "./emit.ts";

type Rule<Op extends OpName> = (e: Emitter, node: Tensor<Op>, out: string) => void;

const same =
  (opType: string): Rule<OpName> =>
  (e, node, out) => {
    e.node(
      opType,
      node.inputs.map((input) => e.nameOf(input)),
      out,
    );
  };

const first = (e: Emitter, node: Tensor): string => e.nameOf(node.inputs[0]!);

const CAST_TO = { float32: 1, int32: 6, bool: 9 };

export const emissionRules: { readonly [Op in OpName]?: Rule<Op> } = {
  fill: (e, node, out) => {
    const scalar = e.scalar(node.attributes.value, node.dtype);
    if (node.shape.length === 0) e.node("Identity", [scalar], out);
    else e.node("Expand", [scalar, e.int64s(node.shape)], out);
  },
  add: same("Add"),
  sub: same("Sub"),
  mul: same("Mul"),
  div: same("Div"),
  neg: same("Neg"),
  exp: same("Exp"),
  log: same("Log"),
  sqrt: same("Sqrt"),
  tanh: same("Tanh"),
  sigmoid: same("Sigmoid"),
  erf: same("Erf"),
  relu: same("Relu"),
  equal: same("Equal"),
  greater: same("Greater"),
  where: same("Where"),
  cast: (e, node, out) => {
    e.node("Cast", [first(e, node)], out, { to: CAST_TO[node.attributes.to] });
  },
  sum: (e, node, out) => {
    e.node("ReduceSum", [first(e, node), e.int64s(node.attributes.axes)], out, { keepdims: 1 });
  },
  max: (e, node, out) => {
    e.node("ReduceMax", [first(e, node), e.int64s(node.attributes.axes)], out, { keepdims: 1 });
  },
  softmax: (e, node, out) => {
    e.node("Softmax", [first(e, node)], out, { axis: -1 });
  },
  logSoftmax: (e, node, out) => {
    e.node("LogSoftmax", [first(e, node)], out, { axis: -1 });
  },
  matmul: same("MatMul"),
  reshape: (e, node, out) => {
    e.node("Reshape", [first(e, node), e.int64s(node.shape)], out, { allowzero: 1 });
  },
  transpose: (e, node, out) => {
    e.node("Transpose", [first(e, node)], out, { perm: node.attributes.order });
  },
  expand: (e, node, out) => {
    e.node("Expand", [first(e, node), e.int64s(node.shape)], out);
  },
  concat: (e, node, out) => {
    e.node(
      "Concat",
      node.inputs.map((input) => e.nameOf(input)),
      out,
      { axis: node.attributes.axis },
    );
  },
  slice: (e, node, out) => {
    const { axis, start, end } = node.attributes;
    e.node("Slice", [first(e, node), e.int64s([start]), e.int64s([end]), e.int64s([axis])], out);
  },
  pad: (e, node, out) => {
    const { axis, before, after } = node.attributes;
    const rank = node.shape.length;
    const pads = new Array<number>(2 * rank).fill(0);
    pads[axis] = before;
    pads[rank + axis] = after;
    e.node("Pad", [first(e, node), e.int64s(pads)], out, { mode: "constant" });
  },
  gather: (e, node, out) => {
    e.node("Gather", [first(e, node), e.nameOf(node.inputs[1]!)], out, { axis: 0 });
  },
  // ScatterElements, not ScatterND: the latter races on duplicate indices with several threads (measured).
  scatterAdd: (e, node, out) => {
    const [indices, values] = node.inputs as [Tensor, Tensor];
    const [count, width] = values.shape as [number, number];
    const zeros = e.node("Expand", [e.scalar(0, "float32"), e.int64s(node.shape)], e.fresh());
    const column = e.node("Reshape", [e.nameOf(indices), e.int64s([count, 1])], e.fresh());
    const everywhere = e.node("Expand", [column, e.int64s([count, width])], e.fresh());
    e.node("ScatterElements", [zeros, everywhere, e.nameOf(values)], out, { axis: 0, reduction: "add" });
  },
  rmsNorm: (e, node, out) => {
    const [x, weight] = node.inputs as [Tensor, Tensor];
    if (e.options.fusedRmsNorm) {
      e.node("Identity", [fusedRmsNorm(e, node, "y")], out);
      return;
    }
    const inverse = e.sharedValue(rmsKey(node), () => inverseByPrimitives(e, x, node.attributes.epsilon));
    const normed = e.node("Mul", [e.nameOf(x), inverse], e.fresh());
    e.node("Mul", [normed, e.nameOf(weight)], out);
  },
  rmsInverse: (e, node, out) => {
    const x = node.inputs[0]!;
    const inverse = e.options.fusedRmsNorm
      ? fusedRmsNorm(e, node, "inverse")
      : e.sharedValue(rmsKey(node), () => inverseByPrimitives(e, x, node.attributes.epsilon));
    e.node("Identity", [inverse], out);
  },
  spmm: (e, node, out) => {
    const { operator } = node.attributes;
    const [x, order, ...pairs] = node.inputs.map((input) => e.nameOf(input)) as [string, string, ...string[]];
    const width = node.shape[1]!;
    const parts = operator.chunks.map((chunk, i) => {
      const neighbours = e.node("Gather", [x, pairs[2 * i]!], e.fresh(), { axis: 0 });
      const summed = e.node("MatMul", [pairs[2 * i + 1]!, neighbours], e.fresh());
      return e.node("Reshape", [summed, e.int64s([chunk.rows, width])], e.fresh());
    });
    const zeroRow = e.node("Expand", [e.scalar(0, "float32"), e.int64s([1, width])], e.fresh());
    const stacked = e.node("Concat", [...parts, zeroRow], e.fresh(), { axis: 0 });
    e.node("Gather", [stacked, order], out, { axis: 0 });
  },
  stopGradient: same("Identity"),
  keepFactor: (e, node, out) => {
    const scale = e.scalar(node.attributes.scale, "float32");
    if (e.options.byteMasks) e.node("DequantizeLinear", [first(e, node), scale], out);
    else e.node("Mul", [e.node("Cast", [first(e, node)], e.fresh(), { to: CAST_TO.float32 }), scale], out);
  },
};

const rmsKey = (node: Tensor<"rmsNorm"> | Tensor<"rmsInverse">): string =>
  `rms:${node.inputs.map((input) => input.id)}:${node.attributes.epsilon}`;

/** One fused kernel serves a norm and its inverse deviation. */
function fusedRmsNorm(e: Emitter, node: Tensor<"rmsNorm"> | Tensor<"rmsInverse">, which: "y" | "inverse"): string {
  const key = rmsKey(node);
  const inverse = `${key}:inverse`;
  const y = e.sharedValue(key, () => {
    const [x, weight] = node.inputs as [Tensor, Tensor];
    return e.node("SimplifiedLayerNormalization", [e.nameOf(x), e.nameOf(weight)], [`${key}:y`, inverse], {
      axis: -1,
      epsilon: node.attributes.epsilon,
      stash_type: 1,
    });
  });
  return which === "y" ? y : inverse;
}

function inverseByPrimitives(e: Emitter, x: Tensor, epsilon: number): string {
  const width = x.shape.at(-1)!;
  const squares = e.node("Mul", [e.nameOf(x), e.nameOf(x)], e.fresh());
  const total = e.node("ReduceSum", [squares, e.int64s([x.shape.length - 1])], e.fresh(), { keepdims: 1 });
  const meanSquare = e.node("Mul", [total, e.scalar(1 / width, "float32")], e.fresh());
  const shifted = e.node("Add", [meanSquare, e.scalar(epsilon, "float32")], e.fresh());
  const root = e.node("Sqrt", [shifted], e.fresh());
  return e.node("Reciprocal", [root], e.fresh());
}
