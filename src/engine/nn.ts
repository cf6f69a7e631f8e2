// What networks are made of: composites of ops, each written once. Their gradients follow from those of the ops.
import {
  add,
  div,
  erf,
  exp,
  log,
  max,
  mean,
  mul,
  neg,
  relu,
  reshape,
  rmsNorm,
  sqrt,
  stopGradient,
  sub,
  sum,
} from "./ops.ts";
import type { Tensor } from "./trace/tensor.ts";

/**
 * Minus infinity where a program adds it: to the scores of positions that a softmax must not see, and to the
 * log-probability of what cannot be. Finite, so that a row of nothing else stays a number, and so far below every score
 * that its exponential is exactly 0 in single precision.
 */
export const HIDDEN = -1e9;

/** Rows of x scaled to unit length over the last axis: x / sqrt(sum(x^2) + 1e-12). A row of zeros stays zero. */
export function unitRows(x: Tensor): Tensor {
  return div(x, sqrt(add(sum(mul(x, x), [-1], true), 1e-12)));
}

/** Row-wise products of two matrices: [n, d], [n, d] -> [n]. */
export function rowDots(a: Tensor, b: Tensor): Tensor {
  return sum(mul(a, b), [1]);
}

/**
 * x Phi(x), element by element, with the exact normal distribution function (Hendrycks and Gimpel 2016); BERT's
 * activation, in PyTorch's form.
 */
export function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/**
 * (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis (Ba et al. 2016): RMS norm of what is
 * centred. x [..., d], weight and bias [d] -> [..., d].
 * @throws as `rmsNorm`.
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  return add(rmsNorm(sub(x, mean(x, [-1], true)), weight, epsilon), bias);
}

/**
 * log(1 + exp(x)) of finite x, stable on both sides. What is taken out is a constant, as in `logSumExp`: the gradient
 * is sigmoid(x) everywhere, also at 0, where relu has none.
 */
export function softplus(x: Tensor): Tensor {
  const top = stopGradient(relu(x));
  return add(top, log(add(exp(sub(x, top)), exp(neg(top)))));
}

/**
 * log(sum(exp(x))) over the last axis: [..., n] -> [...]. The maximum is taken out as a constant, which changes no
 * gradient.
 */
export function logSumExp(x: Tensor): Tensor {
  const top = stopGradient(max(x, [-1], true));
  return add(log(sum(exp(sub(x, top)), [-1])), reshape(top, x.shape.slice(0, -1)));
}

/**
 * -log sigmoid(margin), element by element: Bayesian personalised ranking, of the positive's score minus the
 * negative's (Rendle et al. 2009).
 */
export function bpr(margin: Tensor): Tensor {
  return softplus(neg(margin));
}
