// Cross entropy over the whole catalogue: its scores [rows, items] are the largest thing an id model computes. The
// gradient is written here from the softmax that the loss takes anyway; derived step by step it would pass over them
// nine times.
import {
  add,
  gather,
  givenGradients,
  log,
  matmul,
  max,
  mul,
  reshape,
  rowDots,
  softmax,
  stopGradient,
  sub,
  sum,
  type Tensor,
  transpose,
} from "../../engine/index.ts";

export interface Scored {
  /** [rows, d] */
  readonly query: Tensor;
  /** [items, d] */
  readonly items: Tensor;
  /** [items] */
  readonly bias?: Tensor | undefined;
}

/**
 * Sum over rows of `weight` [rows] times the cross entropy of `target` [rows] among all items.
 * With p the softmax of query . items + bias: d query = w (p - 1_target) items, d items = (w (p - 1_target))' query.
 */
export function catalogueCrossEntropy({ query, items, bias }: Scored, target: Tensor, weight: Tensor): Tensor {
  const rows = query.shape[0]!;
  const own = rowDots(query, gather(items, target));
  const chosen = bias === undefined ? own : add(own, gather(bias, target));

  const [q, e, w] = [stopGradient(query), stopGradient(items), reshape(weight, [rows, 1])];
  const products = matmul(q, transpose(e));
  const scores = bias === undefined ? products : add(products, stopGradient(bias));
  const p = softmax(scores);
  // The largest share is at least 1 / items: its logarithm is finite.
  const logSum = sub(max(scores, [-1]), log(max(p, [-1])));
  const total = givenGradients(sum(mul(logSum, weight)), [
    [query, mul(matmul(p, e), w)],
    [items, matmul(transpose(p), mul(q, w))],
    ...(bias === undefined ? [] : [[bias, reshape(matmul(reshape(weight, [1, rows]), p), bias.shape)] as const]),
  ]);
  return sub(total, sum(mul(chosen, weight)));
}
