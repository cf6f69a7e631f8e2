// Losses of the id models. `weight` [rows] adds up to one and is zero for rows that only fill a batch.
import {
  add,
  bpr,
  gather,
  greater,
  HIDDEN,
  logSumExp,
  matmul,
  mul,
  reshape,
  rowDots,
  sub,
  sum,
  type Tensor,
  type Trace,
  transpose,
  where,
} from "../../engine/index.ts";
import { catalogueCrossEntropy } from "./catalogue-loss.ts";
import type { BatchExtents } from "./id-model.ts";

import { instanceInputs, negativeInputs } from "./instances.ts";
import type { SequenceLoss } from "./options.ts";

/** Weighted sum over rows. */
export function weighted(t: Trace, perRow: Tensor): Tensor {
  return sum(mul(perRow, t.inputs(instanceInputs(perRow.shape[0]!)).weight));
}

/** Loss of the next item `target` for queries [rows, d]: over all items, or against one sampled negative. */
export function nextItemLoss(
  t: Trace,
  query: Tensor,
  items: Tensor,
  { rows }: BatchExtents,
  loss: SequenceLoss,
): Tensor {
  const { target, weight } = t.inputs(instanceInputs(rows));
  if (loss === "ce") return catalogueCrossEntropy({ query, items }, target, weight);
  const negative = reshape(t.inputs(negativeInputs(rows, 1)).negative, [rows]);
  return weighted(t, bpr(sub(rowDots(query, gather(items, target)), rowDots(query, gather(items, negative)))));
}

/** Negatives per instance that a sequence loss needs. */
export function negativesOf(loss: SequenceLoss): number {
  return loss === "ce" ? 0 : 1;
}

/** Weighted sum over rows of the squared lengths of `vectors` [rows, d]. */
export function squaredLengths(t: Trace, vectors: Tensor): Tensor {
  return weighted(t, sum(mul(vectors, vectors), [1]));
}

/**
 * InfoNCE between anchors and keys [rows, d], cosine over `temperature`, among the rows that have a share
 * (`uniqueShares`): the rest neither ask nor stand against others. As if each number of the batch stood in it once.
 */
export function infoNceOfUnique(anchors: Tensor, keys: Tensor, shares: Tensor, temperature: number): Tensor {
  const rows = anchors.shape[0]!;
  const logits = mul(matmul(anchors, transpose(keys)), 1 / temperature);
  const own = mul(rowDots(anchors, keys), 1 / temperature);
  const hidden = reshape(where(greater(shares, 0), 0, HIDDEN), [1, rows]);
  return sum(mul(sub(logSumExp(add(logits, hidden)), own), shares));
}

/** Half the squared lengths of a batch's vectors before propagation, per pair (LightGCN's authors' form). */
export function startPenalty(t: Trace, vectors: Readonly<Record<"user" | "positive" | "negative", Tensor>>): Tensor {
  const lengths = [vectors.user, vectors.positive, vectors.negative].map((rows) => squaredLengths(t, rows));
  return mul(
    lengths.reduce((a, b) => add(a, b)),
    0.5,
  );
}

/**
 * Weights that count each number of a batch once: 1 / (distinct numbers) at its first row, else 0. Rows of weight 0 are
 * left out.
 */
export function uniqueShares(numbers: Int32Array, weight: Float32Array): Float32Array {
  const seen = new Set<number>();
  const first = numbers.map((number, row) => {
    if (weight[row] === 0 || seen.has(number)) return 0;
    seen.add(number);
    return 1;
  });
  return Float32Array.from(first, (isFirst) => isFirst / seen.size);
}
