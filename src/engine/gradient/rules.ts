// Reverse-mode rules as a table: op -> gradients of its inputs, given the output's gradient dy.
// An entry returns one gradient per input, undefined where none flows. An op without an entry does not compile, unless
// it is among the undifferentiable ones.
import {
  cast,
  crossEntropyGradient,
  div,
  equal,
  exp,
  expand,
  gather,
  greater,
  matmul,
  mul,
  neg,
  pad,
  reshape,
  rmsInverse,
  scatterAdd,
  slice,
  softmax,
  sparsePolynomial,
  sub,
  sum,
  transpose,
  where,
} from "../ops.ts";
import { sameShape } from "../trace/shapes.ts";
import type { OpName, Shape, Tensor } from "../trace/tensor.ts";
import { isOp, sizeOf } from "../trace/tensor.ts";

type Rule<Op extends OpName> = (node: Tensor<Op>, dy: Tensor) => readonly (Tensor | undefined)[];

/** Sum `x` over the axes along which `shape` was broadcast. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((n, i) => (i < lead || (shape[i - lead] === 1 && n !== 1) ? [i] : []));
  return reshape(sum(x, axes, true), shape);
}

/** For rules of the form d input_i = dy * factor_i, summed back to the input's shape. */
function perInput(node: Tensor, ...gradients: (Tensor | undefined)[]): (Tensor | undefined)[] {
  return gradients.map((gradient, i) => gradient && sumTo(gradient, node.inputs[i]!.shape));
}

/** Scalar dy times x; losses are differentiated with dy = 1. */
const times = (dy: Tensor, x: Tensor): Tensor => (isOp(dy, "fill") && dy.attributes.value === 1 ? x : mul(dy, x));

const two = (node: Tensor): [Tensor, Tensor] => [node.inputs[0]!, node.inputs[1]!];
const swap = (x: Tensor): Tensor => transpose(x);

/**
 * Elements from which dropout's factors are made again: keeping them until then would cost four bytes each, making them
 * 0.6 ns.
 */
const LARGE_FACTOR = 2 ** 22;

/** What the backward pass multiplies with in place of `factor`. */
function inBackward(factor: Tensor): Tensor {
  if (!isOp(factor, "keepFactor") || sizeOf(factor.shape) < LARGE_FACTOR) return factor;
  const { trace, inputs, attributes, shape, dtype } = factor;
  return trace.node("keepFactor", inputs, { ...attributes, isRemade: true }, shape, dtype);
}

/** a^T dy for the right factor; of a transposed factor in the layout of what it was, so that no result is turned. */
function rightGradient(a: Tensor, b: Tensor, dy: Tensor): Tensor {
  return isSwapped(b) ? swap(matmul(swap(dy), a)) : matmul(swap(a), dy);
}

function isSwapped(x: Tensor): boolean {
  const rank = x.shape.length;
  return isOp(x, "transpose") && x.attributes.order.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}

/**
 * Ops through which no gradient is asked for: what is fed or constant, keep masks, and a gradient itself (nothing here
 * differentiates twice).
 */
type Undifferentiable = "input" | "fill" | "keepFactor" | "crossEntropyGradient";

export const gradientRules: { readonly [Op in Exclude<OpName, Undifferentiable>]: Rule<Op> } = {
  add: (node, dy) => perInput(node, dy, dy),
  sub: (node, dy) => perInput(node, dy, neg(dy)),
  mul: (node, dy) => {
    const [a, b] = two(node);
    return perInput(node, mul(dy, inBackward(b)), mul(dy, inBackward(a)));
  },
  // d(a/b) = da/b - (a/b) db/b
  div: (node, dy) => {
    const b = node.inputs[1]!;
    const da = div(dy, b);
    return perInput(node, da, neg(mul(da, node)));
  },
  neg: (_, dy) => [neg(dy)],
  exp: (node, dy) => [mul(dy, node)],
  log: (node, dy) => [div(dy, node.inputs[0]!)],
  // d sqrt(x) = dx / (2 sqrt(x))
  sqrt: (node, dy) => [div(mul(dy, 0.5), node)],
  // d tanh = 1 - tanh^2
  tanh: (node, dy) => [mul(dy, sub(1, mul(node, node)))],
  // d sigmoid = s (1 - s)
  sigmoid: (node, dy) => [mul(dy, mul(node, sub(1, node)))],
  // d erf = 2 / sqrt(pi) exp(-x^2)
  erf: (node, dy) => {
    const x = node.inputs[0]!;
    return [mul(mul(dy, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x))))];
  },
  // A factor from a comparison: onnxruntime's Where takes twice as long as Cast and Mul, and its Sign more (measured).
  relu: (node, dy) => [mul(dy, cast(greater(node, 0), "float32"))],
  where: (node, dy) => {
    const condition = node.inputs[0]!;
    return perInput(node, undefined, where(condition, dy, 0), where(condition, 0, dy));
  },
  cast: (node, dy) => [node.inputs[0]!.dtype === "float32" ? dy : undefined],
  sum: (node, dy) => [expand(dy, node.inputs[0]!.shape)],
  // Equal maxima share the gradient.
  max: (node, dy) => {
    const x = node.inputs[0]!;
    const hits = cast(equal(x, node), "float32");
    return [mul(div(dy, sum(hits, node.attributes.axes, true)), hits)];
  },
  // dx = p * (dy - sum(dy * p))
  softmax: (node, dy) => {
    const weighted = mul(dy, node);
    return [sub(weighted, mul(node, sum(weighted, [-1], true)))];
  },
  // dx = dy - softmax(x) * sum(dy)
  logSoftmax: (node, dy) => [sub(dy, mul(softmax(node.inputs[0]!), sum(dy, [-1], true)))],
  // dx = (softmax(x) - target) dy
  crossEntropy: (node, dy) => {
    const [logits, classes] = two(node);
    return [crossEntropyGradient(logits, classes, dy, node.attributes.smoothing), undefined];
  },
  matmul: (node, dy) => {
    const [a, b] = two(node);
    if (b.shape.length === 2 && a.shape.length > 2) {
      // One large product instead of a batch of small ones and a sum.
      const rows = sizeOf(a.shape.slice(0, -1));
      const flatA = reshape(a, [rows, a.shape.at(-1)!]);
      const flatDy = reshape(dy, [rows, dy.shape.at(-1)!]);
      return [matmul(dy, swap(b)), rightGradient(flatA, b, flatDy)];
    }
    return perInput(node, matmul(dy, swap(b)), rightGradient(a, b, dy));
  },
  reshape: (node, dy) => [reshape(dy, node.inputs[0]!.shape)],
  transpose: (node, dy) => {
    const order = node.attributes.order;
    return [
      transpose(
        dy,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },
  expand: (node, dy) => perInput(node, dy),
  concat: (node, dy) => {
    const { axis } = node.attributes;
    let start = 0;
    return node.inputs.map((part) => {
      const end = start + part.shape[axis]!;
      const piece = slice(dy, axis, start, end);
      start = end;
      return piece;
    });
  },
  slice: (node, dy) => {
    const { axis, start, end } = node.attributes;
    return [pad(dy, axis, start, node.inputs[0]!.shape[axis]! - end)];
  },
  pad: (node, dy) => {
    const { axis, before } = node.attributes;
    return [slice(dy, axis, before, before + node.inputs[0]!.shape[axis]!)];
  },
  gather: (node, dy) => {
    const [table, indices] = two(node);
    const count = sizeOf(indices.shape);
    const width = sizeOf(table.shape.slice(1));
    const rows = scatterAdd(reshape(indices, [count]), reshape(dy, [count, width]), table.shape[0]!);
    return [reshape(rows, table.shape), undefined];
  },
  scatterAdd: (node, dy) => [undefined, gather(dy, node.inputs[0]!), ...(node.inputs.length > 2 ? [dy] : [])],
  // With r = 1/sqrt(mean(x^2)+eps), n = x r, g = dy w:  dx = r (g - n mean(g n)),  dw = sum(dy n)
  rmsNorm: (node, dy) => {
    const [x, weight] = two(node);
    const inverse = rmsInverse(x, weight, node.attributes.epsilon);
    const normed = mul(x, inverse);
    const scaled = mul(dy, weight);
    const shared = mul(sum(mul(scaled, normed), [-1], true), 1 / x.shape.at(-1)!);
    return [mul(inverse, sub(scaled, mul(normed, shared))), sumTo(mul(dy, normed), weight.shape)];
  },
  // r = (mean(x^2)+eps)^(-1/2):  dr = -r^3 x / n dx
  rmsInverse: (node, dy) => {
    const x = node.inputs[0]!;
    const cube = mul(node, mul(node, node));
    return [mul(mul(mul(dy, cube), -1 / x.shape.at(-1)!), x), undefined];
  },
  sparsePolynomial: ({ attributes: { operator, coefficients } }, dy) => [
    sparsePolynomial(operator.transposed, dy, coefficients),
  ],
  stopGradient: () => [undefined],
  // Nothing to the value: it would count twice.
  givenGradients: ({ inputs }, dy) => [
    undefined,
    ...inputs.slice(1).map((_, i, pairs) => (i % 2 === 0 ? times(dy, pairs[i + 1]!) : undefined)),
  ],
  // Comparisons are piecewise constant.
  equal: () => [undefined, undefined],
  greater: () => [undefined, undefined],
};
