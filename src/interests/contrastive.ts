// The alignment losses (paper eq. 8 and 9) in their InfoNCE form.
// As printed, both denominators sum the matched pairs of all users; by Jensen's inequality such a loss is smallest when
// all matched similarities are equal, so it never rewards alignment. The cross pairs are meant, and used here.
import {
  add,
  cast,
  equal,
  HIDDEN,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  reshape,
  sub,
  sum,
  type Tensor,
  transpose,
  unitRows,
} from "../engine/index.ts";

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
