// Histories padded on the left: the newest item of every row stands in the last slot, so positions are counted from the
// end. Pads stand for item 0; whoever reads slots hides them.
import {
  add,
  cast,
  equal,
  gather,
  greater,
  HIDDEN,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  type TensorSpec,
  type Trace,
  where,
} from "../../engine/index.ts";
import type { Histories } from "./id-model.ts";
import { causalMask } from "./transformer.ts";

/** Rows of `items` [nItems, d] by slot: [rows, length, d]. */
export function slotRows(t: Trace, items: Tensor, { history }: Histories): Tensor {
  const isItem = greater(t.fill(items.shape[0]!, [], "int32"), history);
  return gather(items, where(isItem, history, t.fill(0, [], "int32")));
}

/** Rows of a table of positions [maxHistory, d] whose last row is that of the newest item: [length, d]. */
export function positionsFromEnd(t: Trace, positions: TensorSpec, length: number): Tensor {
  const longest = positions.shape[0]!;
  return slice(t.parameter(positions), 0, longest - length, longest);
}

/** Which slots stand before the oldest item. [rows, length] */
function isPad(t: Trace, { used, rows, length }: Histories): Tensor {
  const first = reshape(sub(length, cast(used, "float32")), [rows, 1]);
  return greater(first, cast(t.range(length), "float32"));
}

/** 1 for items, 0 for pads: [rows, length, 1]. */
export function itemSlots(t: Trace, histories: Histories): Tensor {
  const { rows, length } = histories;
  return reshape(sub(1, cast(isPad(t, histories), "float32")), [rows, length, 1]);
}

/** Pads hidden from all: [rows, 1, 1, length], added to attention scores. */
export function leftMask(t: Trace, histories: Histories): Tensor {
  const { rows, length } = histories;
  return reshape(where(isPad(t, histories), HIDDEN, 0), [rows, 1, 1, length]);
}

/** Pads and later slots hidden: [rows, 1, length, length]. */
export function causalLeftMask(t: Trace, histories: Histories): Tensor {
  return add(leftMask(t, histories), causalMask(t, histories.length));
}

/** The same, but every slot sees itself, so that a pad reads nothing else: [rows, 1, length, length]. */
export function causalSelfMask(t: Trace, histories: Histories): Tensor {
  const { length } = histories;
  const slots = t.range(length);
  const isSelf = cast(equal(reshape(slots, [1, length]), reshape(slots, [length, 1])), "float32");
  return mul(causalLeftMask(t, histories), sub(1, isSelf));
}
