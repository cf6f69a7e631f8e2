// Every op and gradient rule against PyTorch in float64 (peers/ops.py holds the other side under the same names).
import { describe, expect, it } from "vitest";
import { gradientRules } from "../../src/engine/gradient/rules.ts";
import type { Tensor, TensorData } from "../../src/engine/index.ts";
import * as ops from "../../src/engine/index.ts";
import { rootMeanSquare, worstDifference } from "./closeness.ts";
import { Fixture, type Golden } from "./fixture.ts";

type Body = (x: readonly [Tensor, Tensor, Tensor, Tensor], data: readonly TensorData[]) => Tensor;

/** Additive mask as in `peers/ops.py`. */
const attention: Body = ([q, k, v, visible]) =>
  ops.matmul(ops.softmax(ops.add(ops.matmul(q, ops.transpose(k)), ops.where(visible, 0, -1e9))), v);

const spmm: Body = ([x], [, offsets, indices, values]) =>
  ops.spmm(
    new ops.SparseOperator({
      rows: offsets!.length - 1,
      columns: x.shape[0]!,
      offsets: offsets as Int32Array,
      indices: indices as Int32Array,
      values: values as Float32Array,
    }),
    x,
  );

const asFloat = (x: Tensor): Tensor => ops.cast(x, "float32");
const two =
  (op: (a: Tensor, b: Tensor) => Tensor): Body =>
  ([a, b]) =>
    op(a, b);
const one =
  (op: (a: Tensor) => Tensor): Body =>
  ([a]) =>
    op(a);

const cases: Readonly<Record<string, Body>> = {
  add: two(ops.add),
  "add scalar tensor": two(ops.add),
  "add empty axis": two(ops.add),
  "add number": one((a) => ops.add(a, 2.5)),
  sub: two(ops.sub),
  "sub from number": one((a) => ops.sub(1, a)),
  mul: two(ops.mul),
  "mul by itself": one((a) => ops.mul(a, a)),
  div: two(ops.div),
  "div number": one((a) => ops.div(2, a)),
  neg: one(ops.neg),
  exp: one(ops.exp),
  log: one(ops.log),
  sqrt: one(ops.sqrt),
  tanh: one(ops.tanh),
  sigmoid: one(ops.sigmoid),
  erf: one(ops.erf),
  relu: one(ops.relu),
  "unary empty": one((x) => ops.tanh(ops.relu(x))),
  equal: two((a, b) => ops.mul(asFloat(ops.equal(a, b)), a)),
  "equal of whole numbers": ([x, i, j]) => ops.mul(asFloat(ops.equal(i, j)), x),
  greater: two((a, b) => ops.mul(asFloat(ops.greater(a, b)), b)),
  where: ([c, a, b]) => ops.where(c, a, b),
  "where number": two((c, a) => ops.where(c, a, -7)),
  cast: two((c, a) => ops.mul(asFloat(c), a)),
  "sum all": one(ops.sum),
  "sum kept": one((x) => ops.sum(x, [0, 2], true)),
  "sum dropped": one((x) => ops.sum(x, [-2])),
  "sum over one": one((x) => ops.sum(x, [1])),
  "sum empty": one((x) => ops.sum(x, [1])),
  max: one((x) => ops.max(x, [1])),
  "max ties": one((x) => ops.max(x, [1], true)),
  "max two axes": one((x) => ops.max(x, [2, 0])),
  "max over one": one((x) => ops.max(x, [1])),
  mean: one((x) => ops.mean(x, [1])),
  softmax: one(ops.softmax),
  "softmax extremes": one(ops.softmax),
  "softmax of one": one(ops.softmax),
  "softmax without rows": one(ops.softmax),
  logSoftmax: one(ops.logSoftmax),
  crossEntropy: two((x, i) => ops.crossEntropy(x, i)),
  "crossEntropy extremes": two((x, i) => ops.crossEntropy(x, i)),
  "crossEntropy smoothed": two((x, i) => ops.crossEntropy(x, i, 0.1)),
  "logSoftmax extremes": one(ops.logSoftmax),
  matmul: two(ops.matmul),
  "matmul vectors": two(ops.matmul),
  "matmul batch by matrix": two(ops.matmul),
  "matmul matrix by batch": two(ops.matmul),
  "matmul batches": two(ops.matmul),
  "matmul without rows": two(ops.matmul),
  "matmul without batch": two(ops.matmul),
  "matmul without inner": two(ops.matmul),
  "matmul batch without inner": two(ops.matmul),
  reshape: one((x) => ops.reshape(x, [4, -1])),
  "reshape to scalar": one((x) => ops.reshape(x, [])),
  "reshape empty": one((x) => ops.reshape(x, [2, 0, 2])),
  transpose: one((x) => ops.transpose(x, [2, 0, 1])),
  "transpose last two": one((x) => ops.transpose(x)),
  expand: one((x) => ops.expand(x, [3, 2, 4])),
  "expand scalar": one((x) => ops.expand(x, [2, 3])),
  concat: ([a, b, c]) => ops.concat([a, b, c], 1),
  "concat with empty": two((a, b) => ops.concat([a, b], 0)),
  "concat same part twice": one((x) => ops.concat([x, x], -1)),
  slice: one((x) => ops.slice(x, 0, 1, 4)),
  "slice nothing": one((x) => ops.slice(x, 1, 2, 2)),
  "slices that overlap": one((x) => ops.mul(ops.slice(x, 0, 0, 3), ops.slice(x, 0, 2, 5))),
  pad: one((x) => ops.pad(x, 1, 1, 2)),
  "pad first axis": one((x) => ops.pad(x, 0, 3, 0)),
  gather: two(ops.gather),
  "gather rows of matrices": two(ops.gather),
  "gather one row": two(ops.gather),
  "gather nothing": two(ops.gather),
  scatterAdd: two((i, v) => ops.scatterAdd(i, v, 6)),
  "scatterAdd onto a base": ([i, v, base]) => ops.scatterAdd(i, v, 6, base),
  "scatterAdd nothing": two((i, v) => ops.scatterAdd(i, v, 4)),
  rmsNorm: two((x, w) => ops.rmsNorm(x, w)),
  "rmsNorm of zeros": two((x, w) => ops.rmsNorm(x, w)),
  "rmsNorm of one": two((x, w) => ops.rmsNorm(x, w)),
  "rmsNorm large epsilon": two((x, w) => ops.rmsNorm(x, w, 0.5)),
  rmsInverse: two((x, w) => ops.rmsInverse(x, w, 1e-6)),
  "norm and its inverse": two((x, w) => ops.mul(ops.rmsNorm(x, w), ops.rmsInverse(x, w, 1e-6))),
  spmm,
  stopGradient: one((x) => ops.mul(x, ops.stopGradient(x))),
  oneHot: two((x, i) => ops.mul(x, ops.oneHot(i, 3))),
  // The draws reach the program as its keep mask, not as an operand.
  dropout: one((x) => ops.dropout(x, 0.25)),
  unitRows: one(ops.unitRows),
  "attention with masks": attention,
  "one value used thrice": one((x) => ops.add(ops.mul(x, ops.exp(x)), ops.sigmoid(x))),
};

/**
 * float32 against float64 from the same inputs. Sums here have at most 30 terms, so rounding stays below
 * 30 x 2^-24 = 2e-6 of their terms; a wrong rule is wrong by about 1.
 */
const TOLERANCE = 2e-6;
const fixture = await Fixture.open("ops.safetensors");

function inputsOf(name: string): Golden[] {
  const inputs: Golden[] = [];
  while (fixture.has(`${name}/x${inputs.length}`)) inputs.push(fixture.get(`${name}/x${inputs.length}`));
  return inputs;
}

function build(name: string, body: Body): ops.Program {
  const inputs = inputsOf(name);
  const expected = fixture.get(`${name}/y`);
  return ops.trace((t) => {
    const x = inputs.map(({ shape, dtype }, i) => t.input(`x${i}`, shape, dtype));
    const y = body(
      x as unknown as Parameters<Body>[0],
      inputs.map(({ data }) => data),
    );
    expect(y.shape).toEqual(expected.shape);
    const wanted = x.flatMap((tensor, i) => (fixture.has(`${name}/g${i}`) ? [{ tensor, i }] : []));
    const found = ops.gradients(
      ops.sum(ops.mul(y, t.input("dy", expected.shape))),
      wanted.map(({ tensor }) => tensor),
    );
    return { y, ...Object.fromEntries(wanted.map(({ i }, at) => [`g${i}`, found[at]!])) };
  });
}

async function run(name: string, program: ops.Program): Promise<Record<string, TensorData>> {
  const inputs = inputsOf(name);
  const feeds: Record<string, TensorData> = { dy: fixture.get(`${name}/dy`).data };
  for (const [i, { data }] of inputs.entries()) feeds[`x${i}`] = data;
  for (const mask of program.keepMasks.values()) feeds[mask.name] = inputs[1]!.data;
  const executable = await ops.compile(program, { threads: 1 });
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
}

describe("ops and their gradients against PyTorch", () => {
  it("have a case on both sides", () => {
    expect([...new Set(fixture.names.map((name) => name.split("/")[0]))].sort()).toEqual(Object.keys(cases).sort());
  });

  it("cover every op that has a gradient rule", () => {
    const covered = new Set(
      Object.entries(cases).flatMap(([name, body]) => build(name, body).nodes.map(({ op }) => op)),
    );
    // PyTorch has nothing like it; finite differences check it.
    const ours = ["givenGradients"];
    expect(Object.keys(gradientRules).filter((op) => !covered.has(op as never))).toEqual(ours);
  });

  it.each(Object.entries(cases))("agree: %s", async (name, body) => {
    const results = await run(name, build(name, body));
    // Gradients are sums of terms of dy's size, and cancel where an op saturates (softmax of extremes).
    const termSize = rootMeanSquare(fixture.floats(`${name}/dy`));
    const differences = Object.entries(results).map(([output, data]) => [
      output,
      worstDifference(data, fixture.floats(`${name}/${output}`), output === "y" ? 0 : termSize),
    ]);
    expect(differences.filter(([, difference]) => !((difference as number) < TOLERANCE))).toEqual([]);
  });
});
