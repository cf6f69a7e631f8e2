// The adapter from reduced text embeddings to interest space (paper eq. 2): E_v = W2 (W1 S~_v + b1) + b2.
import { type Matrix, rms } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";
import { add, matmul, type Parameters, type Tensor, type Trace, transpose } from "../engine/index.ts";

export interface AdapterShape {
  /** d_m: width of the reduced embeddings. */
  readonly input: number;
  /** d: width of the interests. */
  readonly output: number;
}

const hiddenWidth = ({ input, output }: AdapterShape): number => Math.floor((input + output) / 2);

/** W1, b1, W2, b2. */
function adapterTensors(shape: AdapterShape) {
  const hidden = hiddenWidth(shape);
  return {
    w1: { name: "adapter.w1", shape: [hidden, shape.input] },
    b1: { name: "adapter.b1", shape: [hidden] },
    w2: { name: "adapter.w2", shape: [shape.output, hidden] },
    b2: { name: "adapter.b2", shape: [shape.output] },
  };
}

/** Embeddings [n, d_m] -> [n, d]. */
export function adapter(t: Trace, embeddings: Tensor, shape: AdapterShape): Tensor {
  const { w1, b1, w2, b2 } = adapterTensors(shape);
  const inner = add(matmul(embeddings, transpose(t.parameter(w1))), t.parameter(b1));
  return add(matmul(inner, transpose(t.parameter(w2))), t.parameter(b2));
}

/** How the adapter begins: at the size of the user table beside it, or as linear layers usually do. */
export const ADAPTER_STARTS = ["sized", "linear"] as const;
export type AdapterStart = (typeof ADAPTER_STARTS)[number];

/**
 * sized: Xavier-normal weights and zero biases; W2 is then scaled so that the adapted embeddings have root mean square
 * `sigma`, the size of the user table beside them. linear: weights and biases uniform within 1 / sqrt(inputs), as
 * PyTorch starts linear layers; embeddings of unit length leave items 1 / 150 as large as users of sigma 5, most
 * of it one vector that all of them share.
 */
export function addAdapterParameters(
  parameters: Parameters,
  embeddings: Matrix,
  shape: AdapterShape,
  sigma: number,
  random: Random,
  start: AdapterStart = "sized",
): void {
  const tensors = adapterTensors(shape);
  const values = start === "linear" ? linearStart(shape, random) : sizedStart(embeddings, shape, sigma, random);
  for (const name of ["w1", "b1", "w2", "b2"] as const) parameters.add(tensors[name], values[name]);
}

/**
 * Root mean square of what an adapter so begun makes of `embeddings`: the size at which ablations that have none start,
 * so that they differ in where items come from and not in how large they are. A sample of rows is looked at.
 */
export function adaptedSize(
  embeddings: Matrix,
  shape: AdapterShape,
  sigma: number,
  random: Random,
  start: AdapterStart = "sized",
): number {
  const values = start === "linear" ? linearStart(shape, random) : sizedStart(embeddings, shape, sigma, random);
  return rms(sampleOutputs(embeddings, values, shape));
}

type AdapterValues = Readonly<Record<keyof ReturnType<typeof adapterTensors>, Float32Array>>;

function linearStart(shape: AdapterShape, random: Random): AdapterValues {
  const hidden = hiddenWidth(shape);
  const within = (count: number, inputs: number): Float32Array =>
    Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) / Math.sqrt(inputs));
  return {
    w1: within(hidden * shape.input, shape.input),
    b1: within(hidden, shape.input),
    w2: within(shape.output * hidden, hidden),
    b2: within(shape.output, hidden),
  };
}

function sizedStart(embeddings: Matrix, shape: AdapterShape, sigma: number, random: Random): AdapterValues {
  const hidden = hiddenWidth(shape);
  const xavier = (out: number, into: number): Float32Array => random.normals(out * into, Math.sqrt(2 / (out + into)));
  const w1 = xavier(hidden, shape.input);
  const w2 = xavier(shape.output, hidden);
  const values = { w1, b1: new Float32Array(hidden), w2, b2: new Float32Array(shape.output) };
  const size = rms(sampleOutputs(embeddings, values, shape));
  if (size > 0) for (let i = 0; i < w2.length; i++) w2[i]! *= sigma / size;
  return values;
}

/** Outputs of up to 256 evenly spaced rows. */
function sampleOutputs(embeddings: Matrix, { w1, b1, w2, b2 }: AdapterValues, shape: AdapterShape): Float32Array {
  const count = Math.min(256, embeddings.rows);
  const out = new Float32Array(count * shape.output);
  for (let s = 0; s < count; s++) {
    const r = Math.floor((s * embeddings.rows) / count);
    const x = embeddings.data.subarray(r * shape.input, (r + 1) * shape.input);
    out.set(affine(w2, affine(w1, x, b1), b2), s * shape.output);
  }
  return out;
}

/** w x + b */
function affine(w: Float32Array, x: Float32Array, b: Float32Array): Float32Array {
  return b.map((bias, r) => {
    let sum = bias;
    for (let c = 0; c < x.length; c++) sum += w[r * x.length + c]! * x[c]!;
    return sum;
  });
}
