// What the item head's rows of a history say of items by themselves (option `headShortcut`): their mean, weighted by a softmax
// of one learned logit per recency, is a query against the same rows. It is a first-order model of what follows what, as in
// Rendle et al. (FPMC, 2010) with a longer memory; `head-start.ts` fits it before the backbone starts. With `historyMap` a learned
// map stands between the mean and the rows: one table cannot by itself say that B follows A and A does not follow B.
// Letters: B batch, d width.

import {
  add,
  dropout,
  gather,
  HIDDEN,
  matmul,
  mul,
  reshape,
  softmax,
  sum,
  type Tensor,
  type TensorData,
  type Trace,
} from "../../../engine/index.ts";
import type { GenerativeOptions } from "../options/options.ts";
import { type NetworkShape, RECENCIES } from "../shapes.ts";

/** What of a run's shape the rows depend on. */
export type RowsShape = Pick<NetworkShape, "nItems"> & {
  readonly options: Pick<GenerativeOptions, "sequentialWord" | "historyMap">;
  readonly t5: { readonly width: number };
};

/** The table [nItems or more, d] whose first rows are items'. */
export function headItems({ sequentialWord }: Pick<GenerativeOptions, "sequentialWord">): string {
  return sequentialWord === "position" ? "head.items" : "omega.sequential";
}

export function itemTable(t: Trace, { options, nItems, t5 }: RowsShape): Tensor {
  const name = headItems(options);
  // omega^s has two further rows, for the user and for padding.
  return t.parameter(name, [name === "omega.sequential" ? nItems + 2 : nItems, t5.width]);
}

/** Weight of the query at the start: of a size at which its softmax over items is neither flat nor a spike. */
export const HISTORY_WEIGHT = 0.5;

/** Logits of recencies at the start: each item weighs three quarters of the one after it. Row 0 stands for no item. */
export function recencyLogits(): Float32Array {
  return Float32Array.from({ length: RECENCIES }, (_, recency) => Math.log(0.75) * recency);
}

/** The map [d, d] at the start: it changes nothing. */
export function identityMap(width: number): Float32Array {
  return Float32Array.from({ length: width * width }, (_, at) => Number(at % (width + 1) === 0));
}

/** The query [B, d] of histories of at most `slots` items; 0 for an empty one. `rate` is dropout's. */
export function historyQuery(t: Trace, shape: RowsShape, batch: number, slots: number, rate: number): Tensor {
  const recencies = t.input("headRecencies", [batch, slots], "int32");
  const logits = reshape(gather(t.parameter("head.recency", [RECENCIES, 1]), recencies), [batch, slots]);
  const weights = mul(softmax(add(logits, t.input("headMask", [batch, slots]))), t.input("headPresent", [batch, 1]));
  const rows = gather(itemTable(t, shape), t.input("headRows", [batch, slots], "int32"));
  const mean = sum(mul(rows, reshape(weights, [batch, slots, 1])), [1]);
  const { width } = shape.t5;
  const query = shape.options.historyMap ? matmul(mean, t.parameter("head.map", [width, width])) : mean;
  return mul(dropout(query, rate), t.parameter("head.history", [1]));
}

/** The rows of the newest `slots` items of each history (oldest first) and how recent they are (1 = newest), by slot. */
export function historyFeeds(histories: readonly Int32Array[], slots: number): Record<string, TensorData> {
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
