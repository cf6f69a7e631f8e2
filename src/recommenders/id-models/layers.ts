// Composites of engine ops that several id models share. Weights have PyTorch's shapes, so that references can be loaded.
import {
  add,
  cast,
  equal,
  gather,
  matmul,
  mul,
  layerNorm as normalised,
  reshape,
  type Shape,
  sqrt,
  sub,
  sum,
  type Tensor,
  type Trace,
  transpose,
} from "../../engine/index.ts";
import type { ParameterSpec } from "./id-model.ts";
import { constant } from "./initial-values.ts";

/** RecBole's, of all layer norms. */
const EPSILON = 1e-12;

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

/** Layer norm with `name.weight` and `name.bias`. */
export function layerNorm(t: Trace, name: string, x: Tensor): Tensor {
  const shape: Shape = [x.shape.at(-1)!];
  return normalised(x, t.parameter(`${name}.weight`, shape), t.parameter(`${name}.bias`, shape), EPSILON);
}

export function layerNormParameters(name: string, width: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [width], init: constant(1) },
    { name: `${name}.bias`, shape: [width], init: constant(0) },
  ];
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
