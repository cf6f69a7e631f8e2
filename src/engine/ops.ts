// The op set: every function checks shapes and adds nodes to the operands' trace. Composites (`mean`, `oneHot`, those
// of `nn.ts`) are written with the primitives, so that their gradients follow from the table in `gradient/rules.ts`.
import { UsageError } from "../base/errors.ts";
import { broadcastShapes, isExtent, normaliseAxis, ShapeError, sameShape, withExtent } from "./trace/shapes.ts";
import type { SparseOperator } from "./trace/sparse-operator.ts";
import type { DType, OpName, Shape, Tensor } from "./trace/tensor.ts";
import { isOp, sizeOf } from "./trace/tensor.ts";

/** A tensor, or a number that stands for a scalar of the other operand's type. */
type Operand = Tensor | number;
type BinaryOp = "add" | "sub" | "mul" | "div";
type UnaryOp = "neg" | "exp" | "log" | "sqrt" | "tanh" | "sigmoid" | "erf" | "relu";

function needFloat(op: OpName, ...tensors: Tensor[]): void {
  for (const { dtype } of tensors)
    if (dtype !== "float32") throw new UsageError(`${op}: ${dtype} operand, expected float32`);
}

function lift(value: Operand, beside: Tensor): Tensor {
  return typeof value === "number" ? beside.trace.fill(value, [], beside.dtype) : value;
}

function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a !== "number") return [a, lift(b, a)];
  if (typeof b !== "number") return [lift(a, b), b];
  throw new UsageError("elementwise op: at least one operand must be a tensor");
}

function binary(op: BinaryOp, left: Operand, right: Operand): Tensor {
  const [a, b] = operands(left, right);
  needFloat(op, a, b);
  return a.trace.node(op, [a, b], {}, broadcastShapes(op, a.shape, b.shape), "float32");
}

function unary(op: UnaryOp, x: Tensor): Tensor {
  needFloat(op, x);
  return x.trace.node(op, [x], {}, x.shape, "float32");
}

/**
 * a + b, element by element; shapes broadcast as NumPy's do.
 * @throws UsageError for operands that are not float32, for two numbers, and for tensors of two traces; ShapeError for
 *   shapes that do not broadcast.
 */
export const add = (a: Operand, b: Operand): Tensor => binary("add", a, b);
/** a - b, broadcast. @throws as `add`. */
export const sub = (a: Operand, b: Operand): Tensor => binary("sub", a, b);
/** a b, element by element, broadcast. @throws as `add`. */
export const mul = (a: Operand, b: Operand): Tensor => binary("mul", a, b);
/** a / b, element by element, broadcast. @throws as `add`. */
export const div = (a: Operand, b: Operand): Tensor => binary("div", a, b);
/** -x. @throws UsageError for an operand that is not float32. */
export const neg = (x: Tensor): Tensor => unary("neg", x);
/** e^x, element by element. @throws as `neg`. */
export const exp = (x: Tensor): Tensor => unary("exp", x);
/** The natural logarithm, element by element. @throws as `neg`. */
export const log = (x: Tensor): Tensor => unary("log", x);
/** The square root, element by element; its gradient at 0 is no finite number. @throws as `neg`. */
export const sqrt = (x: Tensor): Tensor => unary("sqrt", x);
/** The hyperbolic tangent, element by element. @throws as `neg`. */
export const tanh = (x: Tensor): Tensor => unary("tanh", x);
/** 1 / (1 + e^-x), element by element. @throws as `neg`. */
export const sigmoid = (x: Tensor): Tensor => unary("sigmoid", x);
/** The error function, 2 / sqrt(pi) times the integral of e^-t^2 from 0 to x. @throws as `neg`. */
export const erf = (x: Tensor): Tensor => unary("erf", x);
/** max(x, 0), element by element; its gradient at 0 is 0. @throws as `neg`. */
export const relu = (x: Tensor): Tensor => unary("relu", x);

function compare(op: "equal" | "greater", left: Operand, right: Operand): Tensor {
  const [a, b] = operands(left, right);
  if (a.dtype !== b.dtype) throw new UsageError(`${op}: ${a.dtype} against ${b.dtype}`);
  return a.trace.node(op, [a, b], {}, broadcastShapes(op, a.shape, b.shape), "bool");
}

/**
 * a = b, element by element, broadcast: bool. No gradient flows through it.
 * @throws UsageError for operands of two types, for a number that is not whole beside int32, for two numbers, and for
 *   tensors of two traces; ShapeError for shapes that do not broadcast.
 */
export const equal = (a: Operand, b: Operand): Tensor => compare("equal", a, b);
/** a > b, element by element, broadcast: bool. No gradient flows through it. @throws as `equal`. */
export const greater = (a: Operand, b: Operand): Tensor => compare("greater", a, b);

/**
 * `condition ? a : b`, element by element, broadcast. A number is float32; both are to be of one type.
 * @throws UsageError for a condition that is not bool; ShapeError for shapes that do not broadcast.
 */
export function where(condition: Tensor, left: Operand, right: Operand): Tensor {
  if (condition.dtype !== "bool") throw new UsageError(`where: ${condition.dtype} condition, expected bool`);
  const a = typeof left === "number" ? condition.trace.fill(left) : left;
  const b = typeof right === "number" ? condition.trace.fill(right) : right;
  const shape = broadcastShapes("where", broadcastShapes("where", condition.shape, a.shape), b.shape);
  return a.trace.node("where", [condition, a, b], {}, shape, a.dtype);
}

/** x as another type, of its shape; x itself where it has that type. No gradient flows through int32 and bool. */
export function cast(x: Tensor, to: DType): Tensor {
  return x.dtype === to ? x : x.trace.node("cast", [x], { to }, x.shape, to);
}

function reduce(op: "sum" | "max", x: Tensor, axes: readonly number[] | undefined, keepAxes: boolean): Tensor {
  needFloat(op, x);
  const at = (axes ?? x.shape.map((_, i) => i)).map((axis) => normaliseAxis(op, x, axis)).sort((a, b) => a - b);
  if (at.length === 0) return x;
  const kept = x.trace.node(
    op,
    [x],
    { axes: at },
    x.shape.map((n, i) => (at.includes(i) ? 1 : n)),
    "float32",
  );
  return keepAxes
    ? kept
    : reshape(
        kept,
        x.shape.filter((_, i) => !at.includes(i)),
      );
}

/**
 * Sum over `axes` (all by default; negative ones count from the end). Summed axes are dropped, or with `keepAxes` kept
 * as extents of 1.
 * @throws UsageError for an operand that is not float32; ShapeError for an axis that x does not have.
 */
export const sum = (x: Tensor, axes?: readonly number[], keepAxes = false): Tensor => reduce("sum", x, axes, keepAxes);
/** Maximum over `axes`, as `sum` takes them; ties share the gradient. @throws as `sum`. */
export const max = (x: Tensor, axes?: readonly number[], keepAxes = false): Tensor => reduce("max", x, axes, keepAxes);

/** Mean over `axes`, as `sum` takes them. @throws as `sum`. */
export function mean(x: Tensor, axes?: readonly number[], keepAxes = false): Tensor {
  const total = sum(x, axes, keepAxes);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}

/** Softmax over the last axis, of x's shape. @throws UsageError for an operand that is not float32. */
export function softmax(x: Tensor): Tensor {
  needFloat("softmax", x);
  return x.trace.node("softmax", [x], {}, x.shape, "float32");
}

/** log(softmax(x)) over the last axis, of x's shape. @throws as `softmax`. */
export function logSoftmax(x: Tensor): Tensor {
  needFloat("logSoftmax", x);
  return x.trace.node("logSoftmax", [x], {}, x.shape, "float32");
}

/**
 * -log softmax(logits)[class] over the last axis: logits [..., V], int32 classes [...] -> [...]. With `smoothing` e the
 * target puts 1 - e on the class and e / V on all. A class outside 0..V-1 gives 0 and no gradient. The gradient is one
 * pass over the logits, and no one-hot rows are made.
 * @throws UsageError for logits that are not float32; ShapeError for classes of another shape or type.
 */
export function crossEntropy(logits: Tensor, classes: Tensor, smoothing = 0): Tensor {
  needFloat("crossEntropy", logits);
  if (classes.dtype !== "int32" || !sameShape(classes.shape, logits.shape.slice(0, -1))) {
    throw new ShapeError("crossEntropy", [logits.shape, classes.shape], "expected [..., V] and int32 [...]");
  }
  return logits.trace.node("crossEntropy", [logits, classes], { smoothing }, classes.shape, "float32");
}

/**
 * The gradient of `crossEntropy` for the logits [..., V], given that of its result, `dy` [...]. It has no gradient of
 * its own.
 */
export function crossEntropyGradient(logits: Tensor, classes: Tensor, dy: Tensor, smoothing: number): Tensor {
  return logits.trace.node("crossEntropyGradient", [logits, classes, dy], { smoothing }, logits.shape, "float32");
}

/**
 * Matrix product [..., m, k] x [..., k, n] -> [..., m, n], leading axes broadcast.
 * @throws UsageError for operands that are not float32; ShapeError for shapes that do not fit.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  needFloat("matmul", a, b);
  const [m, k] = a.shape.slice(-2);
  const [inner, n] = b.shape.slice(-2);
  if (a.shape.length < 2 || b.shape.length < 2) throw new ShapeError("matmul", [a.shape, b.shape], "rank below 2");
  if (k !== inner) throw new ShapeError("matmul", [a.shape, b.shape], `inner extents ${k} and ${inner}`);
  const lead = broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2));
  return a.trace.node("matmul", [a, b], {}, [...lead, m!, n!], "float32");
}

/**
 * Same elements, row-major, in another shape; one extent may be -1.
 * @throws ShapeError for another number of elements.
 */
export function reshape(x: Tensor, to: Shape): Tensor {
  const rest = sizeOf(to.filter((n) => n !== -1));
  const shape = to.map((n) => (n === -1 ? sizeOf(x.shape) / rest : n));
  if (!shape.every(isExtent) || sizeOf(shape) !== sizeOf(x.shape)) {
    throw new ShapeError("reshape", [x.shape, to], "element counts differ");
  }
  return sameShape(shape, x.shape) ? x : x.trace.node("reshape", [x], {}, shape, x.dtype);
}

/**
 * Axes reordered: result axis i is `order[i]` of x. Without `order` the last two are swapped.
 * @throws ShapeError for an order that is no permutation of x's axes, and without one for a rank below 2.
 */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const rank = x.shape.length;
  if (order === undefined && rank < 2) throw new ShapeError("transpose", [x.shape], "rank below 2");
  const by = order ?? [...Array(rank - 2).keys(), rank - 1, rank - 2];
  if ([...by].sort((p, q) => p - q).some((axis, i) => axis !== i) || by.length !== rank) {
    throw new ShapeError("transpose", [x.shape], `order [${by.join(", ")}] is no permutation of its axes`);
  }
  if (by.every((axis, i) => axis === i)) return x;
  // Gradients turn forward transposes round: without this both would be carried out.
  if (isOp(x, "transpose") && by.every((axis, i) => x.attributes.order[axis] === i)) return x.inputs[0]!;
  return x.trace.node(
    "transpose",
    [x],
    { order: by },
    by.map((axis) => x.shape[axis]!),
    x.dtype,
  );
}

/** Broadcast to a larger shape. @throws ShapeError for a shape that x does not broadcast to. */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes("expand", x.shape, shape), shape)) {
    throw new ShapeError("expand", [x.shape, shape], "the second is not a broadcast of the first");
  }
  return x.trace.node("expand", [x], {}, shape, x.dtype);
}

/**
 * The parts one behind the other along `axis` (negative: from the end); they are to be of one type, and of one shape
 * off that axis. A single part is given back.
 * @throws UsageError for no parts; ShapeError for parts that differ off the axis, and for an axis they do not have.
 */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0];
  if (first === undefined) throw new UsageError("concat: no parts");
  if (parts.length === 1) return first;
  const at = normaliseAxis("concat", first, axis);
  for (const part of parts) {
    if (
      part.shape.length !== first.shape.length ||
      !sameShape(withExtent(part.shape, at, 0), withExtent(first.shape, at, 0))
    ) {
      throw new ShapeError("concat", [first.shape, part.shape], `they differ off axis ${at}`);
    }
  }
  const extent = parts.reduce((total, part) => total + part.shape[at]!, 0);
  return first.trace.node("concat", parts, { axis: at }, withExtent(first.shape, at, extent), first.dtype);
}

/**
 * Elements [start, end) of one axis (negative: from the end).
 * @throws ShapeError for a range or an axis outside of x.
 */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = normaliseAxis("slice", x, axis);
  if (!(start >= 0 && start <= end && end <= x.shape[at]!)) {
    throw new ShapeError("slice", [x.shape], `range ${start}..${end} of axis ${at}`);
  }
  if (start === 0 && end === x.shape[at]) return x;
  return x.trace.node("slice", [x], { axis: at, start, end }, withExtent(x.shape, at, end - start), x.dtype);
}

/**
 * So many zeros before and after the elements of one axis (negative: from the end).
 * @throws ShapeError for an axis that x does not have.
 */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  const at = normaliseAxis("pad", x, axis);
  if (before === 0 && after === 0) return x;
  const shape = withExtent(x.shape, at, x.shape[at]! + before + after);
  return x.trace.node("pad", [x], { axis: at, before, after }, shape, x.dtype);
}

/**
 * Rows of `table` [n, ...] by int32 `indices` (any shape s) -> [...s, ...]. Its gradient adds duplicates up.
 * @throws UsageError for indices that are not int32; ShapeError for a table without an axis.
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  if (indices.dtype !== "int32") throw new UsageError(`gather: ${indices.dtype} indices, expected int32`);
  if (table.shape.length < 1) throw new ShapeError("gather", [table.shape, indices.shape], "the table has no rows");
  return table.trace.node("gather", [table, indices], {}, [...indices.shape, ...table.shape.slice(1)], table.dtype);
}

/**
 * `base` [rows, d], or zeros, with row i of `values` [m, d] added at `indices[i]` (int32 [m]); duplicates add up.
 * @throws ShapeError for shapes that do not fit.
 */
export function scatterAdd(indices: Tensor, values: Tensor, rows: number, base?: Tensor): Tensor {
  if (values.shape.length !== 2 || indices.shape.length !== 1 || indices.shape[0] !== values.shape[0]) {
    throw new ShapeError("scatterAdd", [indices.shape, values.shape], "expected [m] and [m, d]");
  }
  const shape = [rows, values.shape[1]!];
  if (base !== undefined && !sameShape(base.shape, shape)) {
    throw new ShapeError("scatterAdd", [base.shape, shape], "base and result");
  }
  return values.trace.node("scatterAdd", [indices, values, ...(base ? [base] : [])], { rows }, shape, "float32");
}

/**
 * x / sqrt(mean(x^2) + epsilon) * weight over the last axis (Zhang and Sennrich 2019; T5's layer norm): x [..., d],
 * weight [d] -> [..., d].
 * @throws UsageError for operands that are not float32; ShapeError for a weight of another length.
 */
export function rmsNorm(x: Tensor, weight: Tensor, epsilon = 1e-6): Tensor {
  needFloat("rmsNorm", x, weight);
  if (weight.shape.length !== 1 || weight.shape[0] !== x.shape.at(-1)) {
    throw new ShapeError("rmsNorm", [x.shape, weight.shape], "weight must match the last axis");
  }
  return x.trace.node("rmsNorm", [x, weight], { epsilon }, x.shape, "float32");
}

/** 1 / sqrt(mean(x^2) + epsilon) over the last axis, kept as extent 1. `weight` only ties it to its `rmsNorm`. */
export function rmsInverse(x: Tensor, weight: Tensor, epsilon: number): Tensor {
  return x.trace.node("rmsInverse", [x, weight], { epsilon }, withExtent(x.shape, x.shape.length - 1, 1), "float32");
}

/** Sparse x dense: `operator` [r, c] times x [c, d] -> [r, d]. @throws as `sparsePolynomial`. */
export function spmm(operator: SparseOperator, x: Tensor): Tensor {
  return sparsePolynomial(operator, x, [0, 1]);
}

/**
 * A polynomial of a sparse matrix, applied: c_0 x + c_1 A x + ... + c_L A^L x, of x [c, d] -> [r, d]. One op, because
 * its gradient is the same polynomial of A^T, and because rows that a `gather` behind it does not ask for are never
 * computed.
 * @throws UsageError for an x that is not float32; ShapeError unless x fits, and A is square where another coefficient
 *   than c_1 is given.
 */
export function sparsePolynomial(operator: SparseOperator, x: Tensor, coefficients: readonly number[]): Tensor {
  needFloat("sparsePolynomial", x);
  const { rows, columns } = operator;
  const degree = coefficients.findLastIndex((coefficient) => coefficient !== 0);
  const needsSquare = coefficients.some((coefficient, l) => coefficient !== 0 && l !== 1);
  if (x.shape.length !== 2 || x.shape[0] !== columns || (needsSquare && rows !== columns)) {
    const expected = needsSquare ? "expected [n, n] and [n, d]" : "expected [r, c] and [c, d]";
    throw new ShapeError("sparsePolynomial", [[rows, columns], x.shape], expected);
  }
  if (degree <= 0) return degree < 0 ? x.trace.fill(0, [rows, x.shape[1]!]) : mul(x, coefficients[0]!);
  const attributes = { operator, coefficients: coefficients.slice(0, degree + 1) };
  return x.trace.node("sparsePolynomial", [x], attributes, [rows, x.shape[1]!], "float32");
}

/** The value of x, through which no gradient flows (sg in eq. 8). */
export function stopGradient(x: Tensor): Tensor {
  return x.trace.node("stopGradient", [x], {}, x.shape, x.dtype);
}

/**
 * The scalar `value`, whose gradient with respect to each `x` is taken to be `gradient` (of x's shape, itself without
 * gradients) instead of being derived: for losses whose gradient falls out of what their value needs anyway.
 * @throws ShapeError for a value that is no scalar or a gradient of another shape.
 */
export function givenGradients(value: Tensor, given: readonly (readonly [x: Tensor, gradient: Tensor])[]): Tensor {
  const wrong = given.find(([x, gradient]) => !sameShape(x.shape, gradient.shape));
  if (value.shape.length > 0 || wrong !== undefined) {
    const shapes = [value.shape, ...(wrong ?? []).map(({ shape }) => shape)];
    throw new ShapeError(
      "givenGradients",
      shapes,
      "expected a scalar, and gradients of the shapes of what they are for",
    );
  }
  return value.trace.node("givenGradients", [value, ...given.flat()], {}, [], "float32");
}

/** Int32 class numbers (any shape) -> float32 rows with a one at the class; a class outside 0..depth-1 gives zeros. */
export function oneHot(classes: Tensor, depth: number): Tensor {
  const numbers = classes.trace.range(depth);
  return cast(equal(reshape(classes, [...classes.shape, 1]), numbers), "float32");
}

/**
 * Inverted dropout: each element is zeroed with `probability`, the rest scaled up by 1 / (1 - probability). Draws are
 * fed at run time (`drawKeepMask`), under the names in the program's `keepMasks`. At probability 0 it is x itself.
 * @throws UsageError for a probability that is not in [0, 1).
 */
export function dropout(x: Tensor, probability: number): Tensor {
  if (probability === 0) return x;
  if (!(probability > 0 && probability < 1))
    throw new UsageError(`dropout: probability ${probability}, expected 0 <= p < 1`);
  const size = sizeOf(x.shape);
  const { mask, offset } = x.trace.reserveKeepMask(probability, size);
  const keep = x.trace.node("slice", [mask], { axis: 0, start: offset, end: offset + size }, [size], "bool");
  // Turned into floats last: onnxruntime takes a reshape behind DequantizeLinear for a quantised one and rounds once
  // more.
  const attributes = { scale: 1 / (1 - probability), isRemade: false };
  return mul(x, x.trace.node("keepFactor", [reshape(keep, x.shape)], attributes, x.shape, "float32"));
}
