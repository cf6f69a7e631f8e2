// Histories as rectangles of item numbers: the newest items of each, padded with the number after the last item.
import { type FeedsOf, integers } from "../../engine/index.ts";
import type { HistoryGroup } from "./id-model.ts";

/** Slot counts up to `longest`: few sizes, so that few programs serve all lengths and short histories stay cheap. */
export function lengthBuckets(longest: number): readonly number[] {
  return [...[4, 8, 16, 32].filter((length) => length < longest), longest];
}

/** The first of `lengths` (ascending) that holds `items`, else the last. */
export function bucketOf(lengths: readonly number[], items: number): number {
  return lengths.find((length) => length >= items) ?? lengths.at(-1)!;
}

export interface HistoryForm {
  readonly length: number;
  readonly padding: "left" | "right";
  readonly pad: number;
  /** Put after the newest item. */
  readonly token?: number | undefined;
}

/** Slots of all histories below each other; of each history how many are in use and the flat place of the newest. */
export const historyInputs = (rows: number, slots: number) => ({
  history: integers(slots),
  length: integers(rows),
  last: integers(rows),
});

export type HistoryFeeds = FeedsOf<ReturnType<typeof historyInputs>>;

/** The newest items of `histories`, as feeds of a program. */
export function historyFeeds(histories: readonly Int32Array[], form: HistoryForm): HistoryFeeds {
  const rows = histories.length;
  const history = new Int32Array(rows * form.length).fill(form.pad);
  const length = new Int32Array(rows);
  const last = new Int32Array(rows);
  histories.forEach((items, row) => {
    const room = form.length - (form.token === undefined ? 0 : 1);
    const kept = items.subarray(Math.max(0, items.length - room));
    const used = kept.length + form.length - room;
    const start = row * form.length + (form.padding === "left" ? form.length - used : 0);
    history.set(kept, start);
    if (form.token !== undefined) history[start + used - 1] = form.token;
    length[row] = used;
    last[row] = start + Math.max(0, used - 1);
  });
  return { history, length, last };
}

/** Feeds of histories in groups of equal length, below each other: what `historiesOf` cuts again. */
export function groupedFeeds(
  histories: readonly Int32Array[],
  groups: readonly HistoryGroup[],
  form: Omit<HistoryForm, "length">,
): HistoryFeeds {
  let row = 0;
  const parts = groups.map(({ rows, length }) => {
    row += rows;
    return historyFeeds(histories.slice(row - rows, row), { ...form, length });
  });
  const joined = (name: "history" | "length" | "last"): Int32Array => concatenated(parts.map((part) => part[name]));
  return { history: joined("history"), length: joined("length"), last: joined("last") };
}

function concatenated(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
