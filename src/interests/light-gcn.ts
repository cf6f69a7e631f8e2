// LightGCN propagation (He et al. 2020; paper eq. 4 and 7): E^{l+1} = A E^l, result = mean of layers 0..L.
import { type SparseOperator, sparsePolynomial, type Tensor } from "../engine/index.ts";

/**
 * `start` [n, d] propagated `layers` times over `operator` [n, n] -> [n, d]. An isolated node keeps start / (L + 1).
 * Without `includesSelf` the mean is over layers 1..L.
 */
export function propagate(operator: SparseOperator, start: Tensor, layers: number, includesSelf = true): Tensor {
  const counted = includesSelf ? layers + 1 : layers;
  const weights = new Array(layers + 1).fill(1 / counted);
  return sparsePolynomial(operator, start, includesSelf ? weights : [0, ...weights.slice(1)]);
}
