// A causal transformer whose sublayers read normalised states and add to states that are not (pre-norm), over histories
// padded on the left. Their newest slot is the last, so positions are counted from the end.
import {
  add,
  cast,
  dropout,
  gelu,
  greater,
  HIDDEN,
  reshape,
  slice,
  sub,
  type Tensor,
  type Trace,
  where,
} from "../../engine/index.ts";
import type { Histories } from "./id-model.ts";
import { layerNorm, linear } from "./layers.ts";
import { attention, type Block, type BlockOptions, causalMask } from "./transformer.ts";

/** Slots before the oldest item hidden from all: [rows, 1, 1, length], added to attention scores. */
export function leftMask(t: Trace, { used, rows, length }: Histories): Tensor {
  const first = reshape(sub(length, cast(used, "float32")), [rows, 1]);
  return reshape(where(greater(first, cast(t.range(length), "float32")), HIDDEN, 0), [rows, 1, 1, length]);
}

/** States of all slots before the last norm: x [rows, length, d] -> the same shape. */
export function causalStates(
  t: Trace,
  blocks: readonly Block[],
  x: Tensor,
  histories: Histories,
  options: BlockOptions,
): Tensor {
  const mask = add(leftMask(t, histories), causalMask(t, histories.length));
  return blocks.reduce((state, layers) => block(t, layers, state, state, mask, options), x);
}

/** States of the newest slots alone: [rows, d]. The last block computes nothing but what they ask. */
export function newestState(
  t: Trace,
  blocks: readonly Block[],
  x: Tensor,
  histories: Histories,
  options: BlockOptions,
): Tensor {
  const { rows, length } = histories;
  const before = blocks.slice(0, -1);
  const states = before.length === 0 ? x : causalStates(t, before, x, histories, options);
  const asking = slice(states, 1, length - 1, length);
  const last = block(t, blocks.at(-1)!, asking, states, leftMask(t, histories), options);
  return reshape(last, [rows, x.shape[2]!]);
}

/** `asking` [rows, asked, d] are those of `states` [rows, length, d] that are computed. */
function block(t: Trace, layers: Block, asking: Tensor, states: Tensor, mask: Tensor, options: BlockOptions): Tensor {
  const drop = (y: Tensor): Tensor => dropout(y, options.isTraining ? options.dropout : 0);
  const read = layerNorm(t, layers.attentionNorm, states);
  const own = asking === states ? read : layerNorm(t, layers.attentionNorm, asking);
  const attended = attention(t, layers, { asking: own, states: read, mask }, options.heads, drop);
  const state = add(asking, drop(attended));
  const hidden = gelu(linear(t, layers.inner, layerNorm(t, layers.outerNorm, state)));
  return add(state, drop(linear(t, layers.outer, hidden)));
}
