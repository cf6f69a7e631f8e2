// Training at every position: what models whose causal states guess the next item have in common.
import {
  add,
  concat,
  gather,
  integers,
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
} from "../../engine/index.ts";
import { catalogueCrossEntropy } from "./catalogue-loss.ts";
import type { BatchExtents, Histories } from "./id-model.ts";
import type { SampledSoftmax } from "./options.ts";
import { historiesOf, joined } from "./queries.ts";
import { slotTargetInputs } from "./slot-targets.ts";

/** Queries [rows, length, d] of every slot of some histories. */
export type SlotQueries = (histories: Histories) => Tensor;

/** Items drawn from the whole catalogue for one step, which all positions share. */
export const drawnInputs = (pool: number) => ({ drawn: integers(pool) });

/**
 * Mean cross entropy of the next item over every position of the batch: among all `items` [nItems, d], or, with
 * `negatives` above 0, among the target and so many uniform draws. All positions share the `pool` draws of a step, each
 * of which weighs negatives / pool: as many draws to each position, spread over more items, for one product. `bias`
 * [nItems] is added to the scores.
 */
export function everyPositionLoss(
  t: Trace,
  shape: BatchExtents,
  queries: SlotQueries,
  items: Tensor,
  { negatives, pool }: SampledSoftmax,
  bias?: Tensor,
): Tensor {
  const { places, target, weight } = t.inputs(slotTargetInputs(shape.targets!));
  const states = historiesOf(t, shape).map((histories) => {
    const x = queries(histories);
    return reshape(x, [histories.rows * histories.length, x.shape[2]!]);
  });
  const query = gather(joined(states), places);
  if (negatives === 0)
    return catalogueCrossEntropy(bias === undefined ? { query, items } : { query, items, bias }, target, weight);
  const { drawn } = t.inputs(drawnInputs(pool));
  const products = add(matmul(query, transpose(gather(items, drawn))), Math.log(negatives / pool)); // [.., pool]
  const scores = bias === undefined ? products : add(products, gather(bias, drawn));
  const own = rowDots(query, gather(items, target));
  const all = concat([reshape(own, [shape.targets!, 1]), scores], 1);
  return sum(mul(sub(logSumExp(all), own), weight));
}
