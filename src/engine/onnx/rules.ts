// Emission as a table: op -> ONNX nodes (opset 18). `out` is the name the result must get.
import type { SparseOperator } from "../trace/sparse-operator.ts";
import type { OpName, Tensor } from "../trace/tensor.ts";
import { ELEMENT_TYPES, type Emitter } from "./emitter.ts";

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
    e.node("Cast", [first(e, node)], out, { to: ELEMENT_TYPES[node.attributes.to] });
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
    if (e.options.logSoftmax) e.node("LogSoftmax", [first(e, node)], out, { axis: -1 });
    else logSoftmaxByPrimitives(e, node, out);
  },
  crossEntropy: (e, node, out) => {
    e.node("Reshape", [crossEntropyForward(e, node), e.int64s(node.shape)], out, { allowzero: 1 });
  },
  crossEntropyGradient,
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
    const [indices, values, base] = node.inputs as [Tensor, Tensor, Tensor | undefined];
    const [count, width] = values.shape as [number, number];
    const start = base ? e.nameOf(base) : e.node("Expand", [e.scalar(0, "float32"), e.int64s(node.shape)], e.fresh());
    const column = e.node("Reshape", [e.nameOf(indices), e.int64s([count, 1])], e.fresh());
    const everywhere = e.node("Expand", [column, e.int64s([count, width])], e.fresh());
    e.node("ScatterElements", [start, everywhere, e.nameOf(values)], out, { axis: 0, reduction: "add" });
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
  // Horner's rule; elsewhere than on CPUs, where it runs outside of programs.
  sparsePolynomial: (e, node, out) => {
    const { operator, coefficients } = node.attributes;
    const x = first(e, node);
    const last = coefficients.length - 1;
    const scaled = (value: string, by: number): string =>
      by === 1 ? value : e.node("Mul", [value, e.scalar(by, "float32")], e.fresh());
    let sum = scaled(x, coefficients[last]!);
    for (let l = last - 1; l >= 0; l--) {
      const share = coefficients[l]!;
      const isLast = l === 0 && share === 0;
      sum = sparseProduct(e, operator, sum, node.shape[1]!, isLast ? out : e.fresh());
      if (share !== 0) sum = e.node("Add", [sum, scaled(x, share)], l === 0 ? out : e.fresh());
    }
  },
  stopGradient: same("Identity"),
  givenGradients: (e, node, out) => {
    e.node("Identity", [first(e, node)], out);
  },
  keepFactor: (e, node, out) => {
    const scale = e.scalar(node.attributes.scale, "float32");
    // The axis means nothing with one scale; another one keeps onnxruntime from merging both passes' factors.
    if (e.options.byteMasks)
      e.node("DequantizeLinear", [first(e, node), scale], out, { axis: node.attributes.isRemade ? 0 : -1 });
    else e.node("Mul", [first(e, node), scale], out);
  },
};

/** Small products of gathered neighbours, one for each group of rows of equal degree. */
function sparseProduct(e: Emitter, operator: SparseOperator, x: string, width: number, out: string): string {
  const { chunks, order } = operator.layout(width);
  const name = (what: string): string => `sparse${operator.serial}/${width}/${what}`;
  const parts = chunks.map(({ rows, width: degree, indices, weights }, i) => {
    const near = e.constant(name(`indices${i}`), indices, [rows, degree]);
    const factors = e.constant(name(`weights${i}`), weights, [rows, 1, degree]);
    const neighbours = e.node("Gather", [x, near], e.fresh(), { axis: 0 });
    return e.node("Reshape", [e.node("MatMul", [factors, neighbours], e.fresh()), e.int64s([rows, width])], e.fresh());
  });
  const zeroRow = e.node("Expand", [e.scalar(0, "float32"), e.int64s([1, width])], e.fresh());
  const stacked = e.node("Concat", [...parts, zeroRow], e.fresh(), { axis: 0 });
  return e.node("Gather", [stacked, e.constant(name("order"), order, [operator.rows])], out, { axis: 0 });
}

function logSoftmaxByPrimitives(e: Emitter, node: Tensor<"logSoftmax">, out: string): void {
  const overLast = (op: string, value: string): string =>
    e.node(op, [value, e.int64s([node.shape.length - 1])], e.fresh(), { keepdims: 1 });
  const shifted = e.node("Sub", [first(e, node), overLast("ReduceMax", first(e, node))], e.fresh());
  const total = overLast("ReduceSum", e.node("Exp", [shifted], e.fresh()));
  e.node("Sub", [shifted, e.node("Log", [total], e.fresh())], out);
}

/** The pieces that both directions share: class numbers [..., 1] kept in range, and 1 where they were, 0 where not. */
function classesOf(e: Emitter, [logits, classes]: readonly Tensor[]): { safe: string; isValid: string } {
  const last = logits!.shape.at(-1)!;
  const shared = (what: string, make: () => string): string => e.sharedValue(`${what}:${classes!.id}:${last}`, make);
  const column = shared("column", () =>
    e.node("Reshape", [e.nameOf(classes!), e.int64s([...classes!.shape, 1])], e.fresh(), { allowzero: 1 }),
  );
  const safe = shared("safe", () => {
    const low = e.node("Max", [column, e.scalar(0, "int32")], e.fresh());
    return e.node("Min", [low, e.scalar(last - 1, "int32")], e.fresh());
  });
  const isValid = shared("valid", () =>
    e.node("Cast", [e.node("Equal", [column, safe], e.fresh())], e.fresh(), { to: ELEMENT_TYPES.float32 }),
  );
  return { safe, isValid };
}

const softmaxOf = (e: Emitter, x: Tensor): string =>
  e.sharedValue(`softmax:${x.id}`, () => e.node("Softmax", [e.nameOf(x)], e.fresh(), { axis: -1 }));

/** max(x) - log(max(softmax(x))) is log sum exp(x), stable, and leaves one softmax for both directions. */
function crossEntropyForward(e: Emitter, node: Tensor<"crossEntropy">): string {
  const [x] = node.inputs as [Tensor, Tensor];
  const { smoothing } = node.attributes;
  const { safe, isValid } = classesOf(e, node.inputs);
  const overLast = (op: string, value: string): string =>
    e.node(op, [value, e.int64s([x.shape.length - 1])], e.fresh(), { keepdims: 1 });
  const largest = overLast("ReduceMax", softmaxOf(e, x));
  const total = e.node("Sub", [overLast("ReduceMax", e.nameOf(x)), e.node("Log", [largest], e.fresh())], e.fresh());
  const chosen = e.node("GatherElements", [e.nameOf(x), safe], e.fresh(), { axis: -1 });
  const scaled = (value: string, by: number): string => e.node("Mul", [value, e.scalar(by, "float32")], e.fresh());
  const target =
    smoothing === 0
      ? chosen
      : e.node(
          "Add",
          [scaled(chosen, 1 - smoothing), scaled(overLast("ReduceMean", e.nameOf(x)), smoothing)],
          e.fresh(),
        );
  return e.node("Mul", [e.node("Sub", [total, target], e.fresh()), isValid], e.fresh());
}

function crossEntropyGradient(e: Emitter, node: Tensor<"crossEntropyGradient">, out: string): void {
  const [x, , dy] = node.inputs as [Tensor, Tensor, Tensor];
  const { smoothing } = node.attributes;
  const { safe, isValid } = classesOf(e, node.inputs);
  const column = e.node("Reshape", [e.nameOf(dy), e.int64s([...dy.shape, 1])], e.fresh(), { allowzero: 1 });
  const scale = e.node("Mul", [column, isValid], e.fresh());
  const even = smoothing / x.shape.at(-1)!;
  const shares =
    smoothing === 0 ? softmaxOf(e, x) : e.node("Sub", [softmaxOf(e, x), e.scalar(even, "float32")], e.fresh());
  const dense = e.node("Mul", [shares, scale], e.fresh());
  const taken = e.node("Mul", [scale, e.scalar(smoothing - 1, "float32")], e.fresh());
  e.node("ScatterElements", [dense, safe, taken], out, { axis: -1, reduction: "add" });
}

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
      epsilon: { float: node.attributes.epsilon },
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
