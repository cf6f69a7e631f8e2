// Training at every position with cross entropy over all items: what models whose causal states guess the next item
// have in common.
import { gather, reshape, type Tensor, type Trace } from "../../engine/index.ts";
import { catalogueCrossEntropy } from "./catalogue-loss.ts";
import type { BatchExtents, Histories } from "./id-model.ts";
import { historiesOf, joined } from "./queries.ts";
import { slotTargetInputs } from "./slot-targets.ts";

/** States [rows, length, d] of every slot of some histories. */
export type SlotStates = (histories: Histories) => Tensor;

/** Queries of the slots that guess: [targets, d]. */
export function guessingStates(t: Trace, shape: BatchExtents, states: SlotStates): Tensor {
  const all = historiesOf(t, shape).map((histories) => {
    const x = states(histories);
    return reshape(x, [histories.rows * histories.length, x.shape[2]!]);
  });
  return gather(joined(all), t.inputs(slotTargetInputs(shape.targets!)).places);
}

/** Mean cross entropy of the next item among all `items` [nItems, d], over every position of the batch. */
export function everyPositionLoss(t: Trace, shape: BatchExtents, query: Tensor, items: Tensor): Tensor {
  const { target, weight } = t.inputs(slotTargetInputs(shape.targets!));
  return catalogueCrossEntropy({ query, items }, target, weight);
}
