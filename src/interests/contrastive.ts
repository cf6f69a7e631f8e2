// The alignment losses (paper eq. 8 and 9) in three forms, for anchors and keys [B, d] of one batch.
//   cross-pair   InfoNCE: an anchor's own key against the keys of the other users. What the equations must mean.
//   printed      the equations to the letter: their denominators sum the matched pairs of all users.
//   soft-target  what the paper's public code trains instead, as far as is known: both directions, dot products as they
//                are, and targets from how alike users are within the batch.
import {
  add,
  cast,
  equal,
  HIDDEN,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  neg,
  reshape,
  rowDots,
  softmax,
  sub,
  sum,
  type Tensor,
  transpose,
  unitRows,
} from "../engine/index.ts";

export const LOSS_FORMS = ["cross-pair", "printed", "soft-target"] as const;
export type LossForm = (typeof LOSS_FORMS)[number];

/** A contrast of `anchors` with `keys`, both [B, d]; `users` [B] int32 says whose rows they are. */
export type Contrast = (anchors: Tensor, keys: Tensor, users: Tensor, temperature: number) => Tensor;

export const CONTRASTS: Readonly<Record<LossForm, Contrast>> = {
  "cross-pair": infoNce,
  printed: (anchors, keys, _, temperature) => matchedPairs(anchors, keys, temperature),
  "soft-target": (anchors, keys, _, temperature) => softTargets(anchors, keys, temperature),
};

/**
 * -1/B sum_u log( exp(cos(a_u, k_u)/tau) / sum_u' exp(cos(a_u, k_u')/tau) ) for anchors and keys [B, d].
 * `users` [B] int32 hides other rows of the same user from the denominators.
 */
export function infoNce(anchors: Tensor, keys: Tensor, users: Tensor, temperature: number): Tensor {
  const batch = anchors.shape[0]!;
  const cosines = matmul(unitRows(anchors), transpose(unitRows(keys))); // [B, B]
  const { trace } = anchors;
  const same = cast(equal(reshape(users, [batch, 1]), reshape(users, [1, batch])), "float32");
  const rows = trace.range(batch);
  const own = cast(equal(reshape(rows, [batch, 1]), reshape(rows, [1, batch])), "float32");
  const hidden = mul(sub(same, own), HIDDEN);
  const logShares = logSoftmax(add(mul(cosines, 1 / temperature), hidden));
  return neg(mean(sum(mul(logShares, own), [1])));
}

/**
 * Eq. 8 and 9 exactly as printed: -1/B sum_u log( f_u / sum_u' f_u' ) with f_u = exp(cos(a_u, k_u)/tau).
 * A bad loss, here so that the printed paper can be trained. No anchor is compared with another user's key, so the loss
 * cannot see whether users are told apart. By Jensen's inequality it is at least log B, reached wherever all matched
 * cosines are equal: all aligned, all orthogonal or all opposed are alike to it. What it rewards is equality. Users
 * whose cosine is above the average (in the softmax's sense) are pushed apart from their own key.
 */
export function matchedPairs(anchors: Tensor, keys: Tensor, temperature: number): Tensor {
  const scores = mul(rowDots(unitRows(anchors), unitRows(keys)), 1 / temperature); // [B]
  return sub(reshape(logSumExp(reshape(scores, [1, scores.shape[0]!])), []), mean(scores));
}

/**
 * 1/(2B) sum_uu' P_uu' ( -log softmax_u'(s_uu') - log softmax_u(s_uu') ) with s_uu' = a_u . k_u' / tau and targets
 * P_u = softmax_u'( (a_u . a_u' + k_u . k_u') / (2 tau) ): one matrix of targets, read along rows and along columns.
 * Nothing is scaled to unit length: long vectors make the targets one-hot, and the loss a symmetric InfoNCE of dot
 * products. Targets are part of the loss: gradients pass them. Rows of one user need no hiding, for the targets of
 * equal vectors are shared.
 */
export function softTargets(anchors: Tensor, keys: Tensor, temperature: number): Tensor {
  const batch = anchors.shape[0]!;
  const products = mul(matmul(anchors, transpose(keys)), 1 / temperature); // [B, B]
  const alike = add(matmul(anchors, transpose(anchors)), matmul(keys, transpose(keys)));
  const targets = softmax(mul(alike, 1 / (2 * temperature)));
  const logShares = add(logSoftmax(products), transpose(logSoftmax(transpose(products))));
  return mul(sum(mul(targets, logShares)), -1 / (2 * batch));
}
