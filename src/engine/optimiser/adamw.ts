// AdamW (Loshchilov and Hutter 2019), in PyTorch's order of operations:
//   p <- p (1 - lr wd);  m <- b1 m + (1-b1) g;  v <- b2 v + (1-b2) g^2
//   p <- p - lr / (1-b1^t) * m / (sqrt(v) / sqrt(1-b2^t) + eps)
// Two forms of the same rule, equal to the bit: nodes that join a training program, and a kernel over arrays, which
// reads and writes everything once where onnxruntime makes fourteen passes.
import { ADAMW_SCALARS } from "../kernels/kernels.ts";
import { PIECE, scratch } from "../kernels/scratch.ts";
import { add, div, mul, sqrt, sub } from "../ops.ts";
import type { Tensor } from "../trace/tensor.ts";
import type { ClippingOptions } from "./clip.ts";

/** AdamW; Adam where `weightDecay` is 0. */
export interface AdamWOptions extends ClippingOptions {
  readonly kind?: "adamw";
  /** lr; may change from step to step. */
  readonly learningRate: number;
  /** b1, of the running mean of gradients. */
  readonly beta1: number;
  /** b2, of the running mean of their squares. */
  readonly beta2: number;
  /** Added to the root that a step is divided by. */
  readonly epsilon: number;
  /** wd: a step scales the value by 1 - lr wd beside the gradient's part; may change from step to step. */
  readonly weightDecay: number;
}

/** PyTorch's defaults, and ELMRec's training settings. */
export const ADAMW_DEFAULTS: AdamWOptions = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
};

/** Scalars that change from step to step: keep, step and variance scale of step number `step` (from 1). */
export function adamWScalars(options: AdamWOptions, step: number): [keep: number, rate: number, varianceScale: number] {
  const { learningRate, beta1, beta2, weightDecay } = options;
  return [1 - learningRate * weightDecay, learningRate / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step)];
}

export interface AdamWState {
  readonly value: Tensor;
  readonly m: Tensor;
  readonly v: Tensor;
}

/** The next state as nodes; `keep`, `rate` and `varianceScale` are scalar tensors fed from `adamWScalars`. */
export function adamWNodes(
  { value, m, v }: AdamWState,
  gradient: Tensor,
  [keep, rate, varianceScale]: readonly [Tensor, Tensor, Tensor],
  { beta1, beta2, epsilon }: AdamWOptions,
): AdamWState {
  const nextM = add(mul(m, beta1), mul(gradient, 1 - beta1));
  const nextV = add(mul(v, beta2), mul(mul(gradient, gradient), 1 - beta2));
  const denominator = add(mul(sqrt(nextV), varianceScale), epsilon);
  const nextValue = sub(mul(value, keep), mul(rate, div(nextM, denominator)));
  return { value: nextValue, m: nextM, v: nextV };
}

/**
 * One step in place, of `value` and its moments `m` and `v`; all arrays have the same length. `step` counts from 1. The
 * gradient stays as it is, and is not clipped.
 */
export function adamWInPlace(
  value: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  step: number,
  options: AdamWOptions,
): void {
  const { kernels, pieces, words, wordsAt } = scratch();
  const [keep, rate, varianceScale] = adamWScalars(options, step);
  const { beta1, beta2, epsilon } = options;
  const scalars = { keep, rate, varianceScale, epsilon, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 };
  new Float32Array(words.buffer, wordsAt, ADAMW_SCALARS.length).set(ADAMW_SCALARS.map((name) => scalars[name]));
  const arrays = [value, m, v, gradient];
  const [valueAt, mAt, vAt, gradientAt] = pieces.map(({ byteOffset }) => byteOffset) as [
    number,
    number,
    number,
    number,
  ];
  for (let start = 0; start < value.length; start += PIECE) {
    const end = Math.min(start + PIECE, value.length);
    for (const [i, array] of arrays.entries()) pieces[i]!.set(array.subarray(start, end));
    kernels.adamw(valueAt, mAt, vAt, gradientAt, 16 * Math.ceil((end - start) / 4), wordsAt);
    for (const [i, array] of [value, m, v].entries()) array.set(pieces[i]!.subarray(0, end - start), start);
  }
}
