// Training at every position: what models whose causal states guess the next item have in common.
import {
  concat,
  gather,
  integers,
  logSumExp,
  matmul,
  mul,
  reshape,
  rowDots,
  slice,
  sub,
  sum,
  type Tensor,
  type Trace,
  transpose,
} from "../../engine/index.ts";
import { catalogueCrossEntropy } from "./catalogue-loss.ts";
import type { BatchExtents, Histories } from "./id-model.ts";
import { historiesOf, joined } from "./queries.ts";
import { slotTargetInputs } from "./slot-targets.ts";

/** Queries [rows, length, d] of every slot of some histories. */
export type SlotQueries = (histories: Histories) => Tensor;

/** Items drawn for each row of a batch, which all of its positions share. */
export const rowNegativeInputs = (rows: number, count: number) => ({ negative: integers(rows, count) });

/**
 * Mean cross entropy of the next item over every position of the batch: among all `items` [nItems, d], or, with
 * `negatives` above 0, among the target and so many uniform draws.
 */
export function everyPositionLoss(
  t: Trace,
  shape: BatchExtents,
  queries: SlotQueries,
  items: Tensor,
  negatives: number,
): Tensor {
  const { places, target, weight } = t.inputs(slotTargetInputs(shape.targets!));
  const groups = historiesOf(t, shape).map((histories) => ({ ...histories, queries: queries(histories) }));
  const query = gather(joined(groups.map((group) => flat(group.queries))), places);
  if (negatives === 0) return catalogueCrossEntropy({ query, items }, target, weight);
  const drawn = gather(items, t.inputs(rowNegativeInputs(shape.rows, negatives)).negative); // [rows, negatives, d]
  let row = 0;
  const scores = groups.map((group) => {
    row += group.rows;
    return flat(matmul(group.queries, transpose(slice(drawn, 0, row - group.rows, row))));
  });
  const own = rowDots(query, gather(items, target));
  const all = concat([reshape(own, [shape.targets!, 1]), gather(joined(scores), places)], 1);
  return sum(mul(sub(logSumExp(all), own), weight));
}

/** Slots of all rows below each other. */
function flat(x: Tensor): Tensor {
  const [rows, length, d] = x.shape as [number, number, number];
  return reshape(x, [rows * length, d]);
}
