// LightGCN propagation (He et al. 2020; paper eq. 4 and 7): E^{l+1} = A E^l, result = mean of layers 0..L.
import { type SparseOperator, sparsePolynomial, type Tensor } from "../engine/index.ts";

/** `start` [n, d] propagated `layers` times over `operator` [n, n] -> [n, d]. An isolated node keeps start / (L + 1). */
export function propagate(operator: SparseOperator, start: Tensor, layers: number): Tensor {
  return sparsePolynomial(operator, start, new Array(layers + 1).fill(1 / (layers + 1)));
}
