// Composites of engine ops that several id models share. Weights have PyTorch's shapes, so that references can be
// loaded.
import {
  add,
  cast,
  constant,
  equal,
  gather,
  type Init,
  matmul,
  mul,
  layerNorm as normalised,
  type ParameterSpec,
  reshape,
  slice,
  sqrt,
  sub,
  sum,
  type Tensor,
  type Trace,
  transpose,
} from "../../engine/index.ts";

/** RecBole's, of all layer norms; PyTorch's own default is 1e-5. */
const EPSILON = 1e-12;

export interface LinearSize {
  readonly inputs: number;
  readonly outputs: number;
}

/** W [outputs, inputs] and, unless it has none, b [outputs]. */
export type LinearLayer = ReturnType<typeof linearLayer>;

export function linearLayer(
  name: string,
  { inputs, outputs }: LinearSize,
  weight: Init,
  bias: Init | false = constant(0),
) {
  return {
    weight: { name: `${name}.weight`, shape: [outputs, inputs], init: weight },
    bias: bias === false ? undefined : { name: `${name}.bias`, shape: [outputs], init: bias },
  };
}

/** x W^T + b. */
export function linear(t: Trace, { weight, bias }: LinearLayer, x: Tensor): Tensor {
  const product = matmul(x, transpose(t.parameter(weight)));
  return bias === undefined ? product : add(product, t.parameter(bias));
}

export type NormLayer = ReturnType<typeof normLayer>;

export function normLayer(name: string, width: number) {
  return {
    weight: { name: `${name}.weight`, shape: [width], init: constant(1) },
    bias: { name: `${name}.bias`, shape: [width], init: constant(0) },
  };
}

export function layerNorm(t: Trace, { weight, bias }: NormLayer, x: Tensor, epsilon = EPSILON): Tensor {
  return normalised(x, t.parameter(weight), t.parameter(bias), epsilon);
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

/** Rows of the catalogue's items in a table that has rows for padding and masks behind them: [nItems, d]. */
export function catalogue(t: Trace, table: ParameterSpec, nItems: number): Tensor {
  return slice(t.parameter(table), 0, 0, nItems);
}
