// The item head (beyond the papers, compact presets): the decoder's first state also scores every item directly against
// omega^s, or against rows of its own where whole words are ordinals. Trained beside the generation loss it teaches items
// apart that share code tokens; at recommendation time it re-ranks what beam search found. It never adds an item that was
// not generated.

import { dot } from "../../base/typed-arrays.ts";
import { crossEntropy, matmul, mean, mul, slice, type Tensor, type Trace, transpose } from "../../engine/index.ts";
import type { NetworkShape } from "./network.ts";
import type { GenerativeOptions, PromptTask } from "./options.ts";
import type { GenerativeState } from "./state.ts";

/** Whether a task's programs have the head. */
export function hasItemHead({ options }: NetworkShape, task: PromptTask): boolean {
  return options.itemHead > 0 && task === "sequential";
}

/** The table [nItems or more, d] whose first rows are scored. */
export function headItems({ sequentialWord }: GenerativeOptions): string {
  return sequentialWord === "position" ? "head.items" : "omega.sequential";
}

/** Cross entropy of the next item among all: `query` [B, d], fed `targetItems` [B] int32. */
export function itemHeadLoss(t: Trace, shape: NetworkShape, query: Tensor): Tensor {
  const [batch, d] = query.shape as [number, number];
  const name = headItems(shape.options);
  // omega^s has two further rows, for the user and for padding.
  const rows = name === "omega.sequential" ? shape.nItems + 2 : shape.nItems;
  const items = slice(t.parameter(name, [rows, d]), 0, 0, shape.nItems);
  const logits = matmul(mul(query, d ** -0.5), transpose(items));
  return mean(crossEntropy(logits, t.input("targetItems", [batch], "int32")));
}

/** Logit of one item for the query at row `example` of `queries` [B, d]; comparable within one example. */
export function itemHeadLogit(state: GenerativeState, queries: Float32Array, example: number, item: number): number {
  const d = state.network.t5.width;
  const { value } = state.parameters.get(headItems(state.network.options)).front;
  return dot(queries.subarray(example * d, (example + 1) * d), value.subarray(item * d, (item + 1) * d)) * d ** -0.5;
}
