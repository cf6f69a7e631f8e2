// Gradient clipping by global norm (Pascanu et al. 2013), with the arithmetic of PyTorch's `clip_grad_norm_`.
import { UsageError } from "../../base/errors.ts";
import { add, div, greater, mul, sqrt, sum, where } from "../ops.ts";
import type { Tensor } from "../trace/tensor.ts";

export interface ClippingOptions {
  /**
   * Gradients of all trained parameters are scaled down together until their joint Euclidean length is at most this;
   * absent = never. Gradients of fed inputs neither count nor are scaled.
   */
  readonly maxGradientNorm?: number | undefined;
}

/** PyTorch's guard against division by nothing. */
const GUARD = 1e-6;

/** `gradients` times min(1, maxNorm / (norm + 1e-6)), and `norm`, their joint length before. `maxNorm` is a scalar. */
export function clipByGlobalNorm(
  gradients: readonly Tensor[],
  maxNorm: Tensor,
): { readonly clipped: Tensor[]; readonly norm: Tensor } {
  const squares = gradients.map((gradient) => sum(mul(gradient, gradient)));
  const norm = sqrt(squares.reduce((total, square) => add(total, square), maxNorm.trace.fill(0)));
  const room = div(maxNorm, add(norm, GUARD));
  const factor = where(greater(room, 1), 1, room);
  return { clipped: gradients.map((gradient) => mul(gradient, factor)), norm };
}

/** The same over arrays, in place; their joint length before. */
export function clipInPlace(gradients: readonly Float32Array[], maxNorm: number): number {
  let squares = 0;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) squares += gradient[i]! ** 2;
  const norm = Math.sqrt(squares);
  const factor = Math.min(1, maxNorm / (norm + GUARD));
  // A norm that is no number makes all gradients none, as in the program: one alone must not be trained on.
  if (!(factor >= 1))
    for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) gradient[i]! *= factor;
  return norm;
}

/** @throws UsageError for a limit that is not positive. */
export function checkMaxNorm({ maxGradientNorm }: ClippingOptions): void {
  if (maxGradientNorm !== undefined && !(maxGradientNorm > 0)) {
    throw new UsageError(`optimiser maxGradientNorm is ${maxGradientNorm}, expected a positive number`);
  }
}
