// The item head (beyond the papers, compact presets): the decoder's first state also scores every item directly against
// omega^s, or against rows of its own where whole words are ordinals. Trained beside the generation loss it teaches
// items apart that share code tokens; at recommendation time it guides beam search (`head-guide.ts`). With
// `headShortcut` the history's own rows join the decoder's state (`history-rows.ts`): the backbone learns what these
// leave open. Letters: B batch, d width.
import {
  add,
  crossEntropy,
  type FeedsOf,
  integers,
  matmul,
  mean,
  mul,
  slice,
  type Tensor,
  type Trace,
  transpose,
} from "../../../engine/index.ts";
import { itemRows } from "../network/item-rows.ts";
import { type PromptTask, readsHistoryRows } from "../options/options.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { historyQuery } from "./history-rows.ts";

/** Whether a task's programs have the head. */
export function hasItemHead({ options }: NetworkShape, task: PromptTask): boolean {
  return options.itemHead > 0 && task === "sequential";
}

/** What items are scored by [B, d]: the decoder's state, with the shortcut around it. */
export function itemQuery(t: Trace, shape: NetworkShape, b: BatchShape, state: Tensor, isTraining: boolean): Tensor {
  if (!readsHistoryRows(shape.options)) return state;
  return add(state, historyQuery(t, shape, b.batch, b.items, isTraining ? shape.options.dropout : 0));
}

/** Logits of all items [B, nItems] for `query` [B, d]. */
export function itemLogits(t: Trace, shape: NetworkShape, query: Tensor): Tensor {
  const items = slice(t.parameter(itemRows(shape)), 0, 0, shape.nItems);
  return matmul(mul(query, query.shape[1]! ** -0.5), transpose(items));
}

/** The right item of each example. */
const itemHeadInputs = (batch: number) => ({ targetItems: integers(batch) });

export type ItemHeadFeeds = FeedsOf<ReturnType<typeof itemHeadInputs>>;

/** Cross entropy of the next item among all: `query` [B, d], fed `targetItems` [B] int32. */
export function itemHeadLoss(t: Trace, shape: NetworkShape, query: Tensor): Tensor {
  return mean(crossEntropy(itemLogits(t, shape, query), t.inputs(itemHeadInputs(query.shape[0]!)).targetItems));
}
