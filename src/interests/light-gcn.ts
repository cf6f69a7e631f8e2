// LightGCN propagation (He et al. 2020; paper eq. 4 and 7): E^{l+1} = A E^l, result = mean of layers 0..L.
import { add, mul, type SparseOperator, spmm, type Tensor } from "../engine/index.ts";

/** `start` [n, d] propagated `layers` times over `operator` [n, n] -> [n, d]. An isolated node keeps start / (L + 1). */
export function propagate(operator: SparseOperator, start: Tensor, layers: number): Tensor {
  let layer = start;
  let total = start;
  for (let l = 0; l < layers; l++) {
    layer = spmm(operator, layer);
    total = add(total, layer);
  }
  return mul(total, 1 / (layers + 1));
}
