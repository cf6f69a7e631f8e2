// Stochastic gradient descent with momentum (Sutskever et al. 2013), in PyTorch's order of operations:
//   g <- g + wd p;  m <- mu m + g;  p <- p - lr m          (Nesterov: p <- p - lr (g + mu m))
// Weight decay is part of the gradient here, as in PyTorch; AdamW's stands beside it.
import { add, mul, sub } from "../ops.ts";
import type { Tensor } from "../trace/tensor.ts";
import type { ClippingOptions } from "./clip.ts";

/** Stochastic gradient descent. */
export interface SgdOptions extends ClippingOptions {
  readonly kind: "sgd";
  /** lr; may change from step to step. */
  readonly learningRate: number;
  /** mu; 0 = plain descent. */
  readonly momentum: number;
  /** Step along g + mu m instead of m. */
  readonly nesterov: boolean;
  /** wd times the value is added to the gradient; may change from step to step. */
  readonly weightDecay: number;
}

/** PyTorch's defaults: plain descent. */
export const SGD_DEFAULTS: SgdOptions = {
  kind: "sgd",
  learningRate: 1e-3,
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
};

export interface SgdState {
  readonly value: Tensor;
  /** The momentum buffer. From zeros its first value is the gradient, as PyTorch's. */
  readonly m: Tensor;
}

/** The next state as nodes; `rate` and `decay` are scalar tensors. */
export function sgdNodes(
  { value, m }: SgdState,
  gradient: Tensor,
  [rate, decay]: readonly [rate: Tensor, decay: Tensor],
  { momentum, nesterov }: SgdOptions,
): SgdState {
  const decayed = add(gradient, mul(value, decay));
  const nextM = momentum === 0 ? decayed : add(mul(m, momentum), decayed);
  const direction = nesterov ? add(decayed, mul(nextM, momentum)) : nextM;
  return { value: sub(value, mul(direction, rate)), m: nextM };
}
