// The item head (beyond the papers, compact presets): the decoder's first state also scores every item directly against
// omega^s, or against rows of its own where whole words are ordinals. Trained beside the generation loss it teaches items
// apart that share code tokens; at recommendation time it guides beam search (`head-guide.ts`). With `headShortcut` the history's own rows, weighted by how recent they are, join the decoder's state: what
// was bought together is then known from the first step, and the backbone learns what that leaves open.
// Letters: B batch, d width.

import { MASKED } from "../../backbone/t5.ts";
import {
  add,
  crossEntropy,
  gather,
  matmul,
  mean,
  mul,
  reshape,
  slice,
  softmax,
  sum,
  type Tensor,
  type TensorData,
  type Trace,
  transpose,
} from "../../engine/index.ts";
import type { Example } from "./batches.ts";
import type { BatchShape, NetworkShape } from "./network.ts";
import type { GenerativeOptions, PromptTask } from "./options.ts";
import { RECENCIES } from "./whole-words.ts";

/** Whether a task's programs have the head. */
export function hasItemHead({ options }: NetworkShape, task: PromptTask): boolean {
  return options.itemHead > 0 && task === "sequential";
}

/** The table [nItems or more, d] whose first rows are scored. */
export function headItems({ sequentialWord }: GenerativeOptions): string {
  return sequentialWord === "position" ? "head.items" : "omega.sequential";
}

function itemTable(t: Trace, { options, nItems, t5 }: NetworkShape): Tensor {
  const name = headItems(options);
  // omega^s has two further rows, for the user and for padding.
  return t.parameter(name, [name === "omega.sequential" ? nItems + 2 : nItems, t5.width]);
}

/** What items are scored by [B, d]: the decoder's state, with the shortcut around it. */
export function itemQuery(t: Trace, shape: NetworkShape, b: BatchShape, state: Tensor): Tensor {
  if (!shape.options.headShortcut) return state;
  return add(state, mul(recentRows(t, shape, b), t.parameter("head.history", [1])));
}

/** Mean of the history's rows, weighted by a softmax of learned logits per recency: [B, d]. */
function recentRows(t: Trace, shape: NetworkShape, { batch, items }: BatchShape): Tensor {
  const recencies = t.input("headRecencies", [batch, items], "int32");
  const logits = reshape(gather(t.parameter("head.recency", [RECENCIES, 1]), recencies), [batch, items]);
  const weights = softmax(add(logits, t.input("headMask", [batch, items])));
  const rows = gather(itemTable(t, shape), t.input("headRows", [batch, items], "int32"));
  return sum(mul(rows, reshape(weights, [batch, items, 1])), [1]);
}

/** Weight of the history's rows at the start: of a size at which their softmax over items is neither flat nor a spike. */
export const HISTORY_WEIGHT = 0.5;

/** Logits of recencies at the start: each item weighs three quarters of the one after it. Row 0 stands for no item. */
export function recencyLogits(): Float32Array {
  return Float32Array.from({ length: RECENCIES }, (_, recency) => Math.log(0.75) * recency);
}

/** The history's rows and how recent they are (1 = newest), by slot. */
export function itemHeadFeeds(examples: readonly Example[], { items: slots }: BatchShape): Record<string, TensorData> {
  const headRows = new Int32Array(examples.length * slots);
  const headRecencies = new Int32Array(examples.length * slots);
  const headMask = new Float32Array(examples.length * slots).fill(MASKED);
  examples.forEach(({ items }, b) => {
    headRows.set(items, b * slots);
    headMask.fill(0, b * slots, b * slots + items.length);
    for (let i = 0; i < items.length; i++) headRecencies[b * slots + i] = Math.min(RECENCIES - 1, items.length - i);
  });
  return { headRows, headRecencies, headMask };
}

/** Logits of all items [B, nItems] for `query` [B, d]. */
export function itemLogits(t: Trace, shape: NetworkShape, query: Tensor): Tensor {
  const items = slice(itemTable(t, shape), 0, 0, shape.nItems);
  return matmul(mul(query, query.shape[1]! ** -0.5), transpose(items));
}

/** Cross entropy of the next item among all: `query` [B, d], fed `targetItems` [B] int32. */
export function itemHeadLoss(t: Trace, shape: NetworkShape, query: Tensor): Tensor {
  return mean(crossEntropy(itemLogits(t, shape, query), t.input("targetItems", [query.shape[0]!], "int32")));
}
