// One or more programs per gradient rule, shared by the checks of every device.
import * as ops from "../../src/engine/index.ts";
import type { GradientCase } from "./finite-differences.ts";

const positive = (draw: number): number => 0.5 + Math.abs(draw);
/** Keeps inputs away from kinks, where a central difference straddles two slopes. */
const awayFromZero = (draw: number): number => draw + 0.2 * Math.sign(draw);

const operator = new ops.SparseOperator({
  rows: 4,
  columns: 5,
  offsets: Int32Array.of(0, 2, 2, 5, 6),
  indices: Int32Array.of(0, 3, 1, 2, 4, 0),
  values: Float32Array.of(0.5, -1, 2, 0.3, 1, 0.7),
});

/** Not symmetric; row 1 and column 3 are empty. */
const squareOperator = new ops.SparseOperator({
  rows: 4,
  columns: 4,
  offsets: Int32Array.of(0, 2, 2, 3, 5),
  indices: Int32Array.of(0, 2, 1, 0, 2),
  values: Float32Array.of(0.5, -1, 0.8, 0.3, -0.6),
});

export const gradientCases: Record<string, GradientCase | GradientCase[]> = {
  add: {
    name: "add broadcast",
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    body: ([a, b]) => ops.add(a!, b!),
  },
  sub: { name: "sub broadcast", shapes: [[3], [2, 3]], body: ([a, b]) => ops.sub(a!, b!) },
  mul: { name: "mul broadcast and square", shapes: [[2, 3], [3]], body: ([a, b]) => ops.mul(ops.mul(a!, a!), b!) },
  div: {
    name: "div",
    shapes: [
      [2, 3],
      [2, 1],
    ],
    body: ([a, b]) => ops.div(a!, b!),
    domain: positive,
  },
  neg: { name: "neg", shapes: [[3]], body: ([a]) => ops.neg(a!) },
  exp: { name: "exp", shapes: [[4]], body: ([a]) => ops.exp(a!) },
  log: { name: "log", shapes: [[4]], body: ([a]) => ops.log(a!), domain: positive },
  sqrt: { name: "sqrt", shapes: [[4]], body: ([a]) => ops.sqrt(a!), domain: positive },
  tanh: { name: "tanh", shapes: [[4]], body: ([a]) => ops.tanh(a!) },
  sigmoid: { name: "sigmoid", shapes: [[4]], body: ([a]) => ops.sigmoid(a!) },
  erf: { name: "erf", shapes: [[4]], body: ([a]) => ops.erf(a!) },
  relu: { name: "relu", shapes: [[6]], body: ([a]) => ops.relu(a!), domain: awayFromZero },
  where: {
    name: "where",
    shapes: [[2, 3], [3]],
    body: ([a, b], t) => ops.where(t.constant("c", Uint8Array.of(1, 0, 1), [3]), a!, b!),
  },
  cast: { name: "cast to float keeps gradients", shapes: [[3]], body: ([a]) => ops.cast(a!, "float32") },
  sum: [
    { name: "sum kept", shapes: [[2, 3, 2]], body: ([a]) => ops.sum(a!, [0, 2], true) },
    { name: "sum dropped", shapes: [[2, 3, 2]], body: ([a]) => ops.sum(a!, [-2]) },
    { name: "mean", shapes: [[2, 3]], body: ([a]) => ops.mean(a!, [1]) },
  ],
  max: { name: "max", shapes: [[3, 4]], body: ([a]) => ops.max(a!, [1]) },
  softmax: { name: "softmax", shapes: [[2, 4]], body: ([a]) => ops.softmax(a!) },
  logSoftmax: { name: "logSoftmax", shapes: [[2, 4]], body: ([a]) => ops.logSoftmax(a!) },
  crossEntropy: [
    {
      name: "crossEntropy",
      shapes: [[2, 2, 4]],
      body: ([a], t) => ops.crossEntropy(a!, t.constant("classes", Int32Array.of(3, 0, 1, 1), [2, 2])),
    },
    {
      name: "crossEntropy smoothed, one class out of range",
      shapes: [[3, 4]],
      body: ([a], t) => ops.crossEntropy(a!, t.constant("classes", Int32Array.of(2, -100, 0), [3]), 0.2),
    },
  ],
  matmul: [
    {
      name: "matmul 2-D",
      shapes: [
        [2, 3],
        [3, 4],
      ],
      body: ([a, b]) => ops.matmul(a!, b!),
    },
    {
      name: "matmul batch by matrix",
      shapes: [
        [2, 2, 3],
        [3, 4],
      ],
      body: ([a, b]) => ops.matmul(a!, b!),
    },
    {
      name: "matmul broadcast batch",
      shapes: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      body: ([a, b]) => ops.matmul(a!, b!),
    },
  ],
  reshape: { name: "reshape", shapes: [[2, 3]], body: ([a]) => ops.reshape(a!, [3, -1]) },
  transpose: { name: "transpose", shapes: [[2, 3, 4]], body: ([a]) => ops.transpose(a!, [2, 0, 1]) },
  expand: { name: "expand", shapes: [[2, 1]], body: ([a]) => ops.expand(a!, [3, 2, 2]) },
  concat: {
    name: "concat",
    shapes: [
      [2, 3],
      [2, 1],
    ],
    body: ([a, b]) => ops.concat([a!, b!], 1),
  },
  slice: { name: "slice", shapes: [[4, 3]], body: ([a]) => ops.slice(a!, 0, 1, 3) },
  pad: { name: "pad", shapes: [[2, 2]], body: ([a]) => ops.pad(a!, 1, 1, 2) },
  gather: {
    name: "gather with duplicates",
    shapes: [[4, 3]],
    body: ([a], t) => ops.gather(a!, t.constant("i", Int32Array.of(2, 0, 2, 2), [2, 2])),
  },
  scatterAdd: {
    name: "scatterAdd with duplicates",
    shapes: [[3, 2]],
    body: ([a], t) => ops.scatterAdd(t.constant("i", Int32Array.of(1, 1, 3), [3]), a!, 5),
  },
  rmsNorm: { name: "rmsNorm", shapes: [[2, 5], [5]], body: ([a, b]) => ops.rmsNorm(a!, b!) },
  rmsInverse: { name: "rmsInverse", shapes: [[2, 5], [5]], body: ([a, b]) => ops.rmsInverse(a!, b!, 1e-6) },
  sparsePolynomial: [
    { name: "sparsePolynomial of degree 1", shapes: [[5, 3]], body: ([a]) => ops.spmm(operator, a!) },
    {
      name: "sparsePolynomial of degree 3",
      shapes: [[4, 3]],
      body: ([a]) => ops.sparsePolynomial(squareOperator, a!, [0.5, 0, 2, 1]),
    },
  ],
  stopGradient: {
    name: "stopGradient beside a path",
    shapes: [[3]],
    // d(x + sg(0 x)) = dx: the stopped term must add nothing.
    body: ([a]) => ops.add(a!, ops.stopGradient(ops.mul(a!, 0))),
  },
  givenGradients: {
    name: "givenGradients that are right",
    shapes: [[2, 3], [3]],
    // 1/2 sum (x y)^2 with x y^2 and sum over rows of x^2 y, as they would be derived.
    body: ([x, y]) => {
      const [a, b] = [ops.stopGradient(x!), ops.stopGradient(y!)];
      const product = ops.mul(a, b);
      const value = ops.mul(ops.sum(ops.mul(product, product)), 0.5);
      return ops.givenGradients(value, [
        [x!, ops.mul(product, b)],
        [y!, ops.sum(ops.mul(product, a), [0])],
      ]);
    },
  },
  equal: {
    name: "equal carries none",
    shapes: [[3]],
    body: ([a]) => ops.mul(a!, ops.cast(ops.equal(a!, a!), "float32")),
  },
  greater: {
    name: "greater carries none",
    shapes: [[3]],
    body: ([a]) => ops.mul(a!, ops.cast(ops.greater(a!, 0), "float32")),
    domain: awayFromZero,
  },
};
