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
 * of which weighs negatives / pool: as many draws to each position, spread over more items, for one product.
 */
export function everyPositionLoss(
  t: Trace,
  shape: BatchExtents,
  queries: SlotQueries,
  items: Tensor,
  { negatives, pool }: SampledSoftmax,
): Tensor {
  const { places, target, weight } = t.inputs(slotTargetInputs(shape.targets!));
  const states = historiesOf(t, shape).map((histories) => {
    const x = queries(histories);
    return reshape(x, [histories.rows * histories.length, x.shape[2]!]);
  });
  const query = gather(joined(states), places);
  if (negatives === 0) return catalogueCrossEntropy({ query, items }, target, weight);
  const drawn = gather(items, t.inputs(drawnInputs(pool)).drawn); // [pool, d]
  const scores = add(matmul(query, transpose(drawn)), Math.log(negatives / pool));
  const own = rowDots(query, gather(items, target));
  const all = concat([reshape(own, [shape.targets!, 1]), scores], 1);
  return sum(mul(sub(logSumExp(all), own), weight));
}
