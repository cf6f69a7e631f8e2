// What the item head's rows of a history say of items by themselves (option `headShortcut`): their mean, weighted by a
// softmax of one learned logit per recency, is a query against the same rows. It is a first-order model of what follows
// what, as in Rendle et al. (FPMC, 2010) with a longer memory; `head-start.ts` fits it before the backbone starts. With
// `historyMap` a learned map stands between the mean and the rows: one table cannot by itself say that B follows A and
// A does not follow B. Letters: B batch, d width.
import {
  add,
  constant,
  dropout,
  type FeedsOf,
  floats,
  gather,
  HIDDEN,
  integers,
  matmul,
  mul,
  reshape,
  softmax,
  sum,
  type Tensor,
  type Trace,
} from "../../../engine/index.ts";
import { itemRows, type RowsShape } from "../network/item-rows.ts";
import { RECENCIES } from "../shapes.ts";

/** Weight of the query at the start: of a size at which its softmax over items is neither flat nor a spike. */
const HISTORY_WEIGHT = 0.5;

/** What is learned beside the rows: a logit per recency, the query's weight and, with `historyMap`, the map. */
export function historyTensors({ options, t5: { width } }: RowsShape) {
  return {
    recency: { name: "head.recency", shape: [RECENCIES, 1], init: recencyLogits },
    weight: { name: "head.history", shape: [1], init: constant(HISTORY_WEIGHT) },
    map: options.historyMap ? { name: "head.map", shape: [width, width], init: () => identityMap(width) } : undefined,
  };
}

/** Logits of recencies at the start: each item weighs three quarters of the one after it. Row 0 stands for no item. */
export function recencyLogits(): Float32Array {
  return Float32Array.from({ length: RECENCIES }, (_, recency) => Math.log(0.75) * recency);
}

/** The map [d, d] at the start: it changes nothing. */
function identityMap(width: number): Float32Array {
  return Float32Array.from({ length: width * width }, (_, at) => Number(at % (width + 1) === 0));
}

/** The rows of each history's items, how recent each is, what hides empty slots, and whether there is any item. */
const historyInputs = (batch: number, slots: number) => ({
  headRows: integers(batch, slots),
  headRecencies: integers(batch, slots),
  headMask: floats(batch, slots),
  headPresent: floats(batch, 1),
});

export type HistoryFeeds = FeedsOf<ReturnType<typeof historyInputs>>;

/** The query [B, d] of histories of at most `slots` items; 0 for an empty one. `rate` is dropout's. */
export function historyQuery(t: Trace, shape: RowsShape, batch: number, slots: number, rate: number): Tensor {
  const learned = historyTensors(shape);
  const { headRecencies, headMask, headPresent, headRows } = t.inputs(historyInputs(batch, slots));
  const logits = reshape(gather(t.parameter(learned.recency), headRecencies), [batch, slots]);
  const weights = mul(softmax(add(logits, headMask)), headPresent);
  const rows = gather(t.parameter(itemRows(shape)), headRows);
  const mean = sum(mul(rows, reshape(weights, [batch, slots, 1])), [1]);
  const query = learned.map === undefined ? mean : matmul(mean, t.parameter(learned.map));
  return mul(dropout(query, rate), t.parameter(learned.weight));
}

/**
 * The rows of the newest `slots` items of each history (oldest first) and how recent they are (1 = newest), by slot.
 */
export function historyFeeds(histories: readonly Int32Array[], slots: number): HistoryFeeds {
  const headRows = new Int32Array(histories.length * slots);
  const headRecencies = new Int32Array(histories.length * slots);
  const headMask = new Float32Array(histories.length * slots).fill(HIDDEN);
  histories.forEach((history, b) => {
    const items = history.subarray(Math.max(0, history.length - slots));
    headRows.set(items, b * slots);
    headMask.fill(0, b * slots, b * slots + items.length);
    for (let i = 0; i < items.length; i++) headRecencies[b * slots + i] = Math.min(RECENCIES - 1, items.length - i);
  });
  return {
    headRows,
    headRecencies,
    headMask,
    headPresent: Float32Array.from(histories, ({ length }) => Math.min(1, length)),
  };
}
