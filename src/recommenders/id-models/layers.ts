// Composites of engine ops that several id models share. Weights have PyTorch's shapes, so that references can be loaded.
import {
  add,
  cast,
  equal,
  erf,
  exp,
  gather,
  log,
  matmul,
  max,
  mean,
  mul,
  neg,
  relu,
  reshape,
  rmsNorm,
  type Shape,
  sqrt,
  stopGradient,
  sub,
  sum,
  type Tensor,
  type Trace,
  transpose,
} from "../../engine/index.ts";
import type { ParameterSpec } from "./id-model.ts";
import { constant } from "./initial-values.ts";

export interface LinearSize {
  readonly inputs: number;
  readonly outputs: number;
}

/** x W^T + b with W = `name.weight` [outputs, inputs] and, unless `bias` is false, b = `name.bias`. */
export function linear(t: Trace, name: string, x: Tensor, { inputs, outputs }: LinearSize, bias = true): Tensor {
  const product = matmul(x, transpose(t.parameter(`${name}.weight`, [outputs, inputs])));
  return bias ? add(product, t.parameter(`${name}.bias`, [outputs])) : product;
}

export function linearParameters(
  name: string,
  { inputs, outputs }: LinearSize,
  weight: ParameterSpec["init"],
  bias: ParameterSpec["init"] | false = constant(0),
): ParameterSpec[] {
  const matrix = { name: `${name}.weight`, shape: [outputs, inputs], init: weight };
  return bias === false ? [matrix] : [matrix, { name: `${name}.bias`, shape: [outputs], init: bias }];
}

/** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis (Ba et al. 2016). */
export function layerNorm(t: Trace, name: string, x: Tensor, epsilon = 1e-12): Tensor {
  const shape: Shape = [x.shape.at(-1)!];
  const centred = sub(x, mean(x, [-1], true));
  return add(rmsNorm(centred, t.parameter(`${name}.weight`, shape), epsilon), t.parameter(`${name}.bias`, shape));
}

export function layerNormParameters(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [width], init: constant(1) },
    { name: `${name}.bias`, shape: [width], init: constant(0) },
  ];
}

/** x Phi(x), the exact form (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** log(1 + exp(x)), stable on both sides. */
export function softplus(x: Tensor): Tensor {
  const magnitude = add(relu(x), relu(neg(x)));
  return add(relu(x), log(add(exp(neg(magnitude)), 1)));
}

/** log(sum(exp(x))) over the last axis: [..., n] -> [...]. The maximum is taken out as a constant, which changes no gradient. */
export function logSumExp(x: Tensor): Tensor {
  const top = stopGradient(max(x, [-1], true));
  return add(log(sum(exp(sub(x, top)), [-1])), reshape(top, x.shape.slice(0, -1)));
}

/** Row-wise products of two matrices: [n, d], [n, d] -> [n]. */
export function rowDots(a: Tensor, b: Tensor): Tensor {
  return sum(mul(a, b), [1]);
}

/** Euclidean length of a whole tensor. */
export function norm(x: Tensor): Tensor {
  return sqrt(add(sum(mul(x, x)), 1e-12));
}

/** 1 where `numbers` (int32) equals `value`, else 0. */
export function isNumber(numbers: Tensor, value: number): Tensor {
  return cast(equal(numbers, value), "float32");
}

/** Embeddings of item numbers of any shape -> [..., d]; those that equal `pad` give zeros. */
export function embedHistory(table: Tensor, history: Tensor, pad: number): Tensor {
  const kept = sub(1, isNumber(history, pad));
  return mul(gather(table, history), reshape(kept, [...history.shape, 1]));
}
