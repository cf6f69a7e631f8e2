// Lists of numbers end to end in one typed array: four bytes an entry, where arrays of arrays take ten times that.

import { stepsAtOnce } from "./in-turns.ts";

export interface FlatLists {
  /** List i is `values[offsets[i] .. offsets[i + 1])`. */
  readonly offsets: Int32Array;
  readonly values: Int32Array;
}

export function flatten(lists: readonly Int32Array[]): FlatLists {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i]! + list.length;
  });
  const values = new Int32Array(offsets.at(-1)!);
  lists.forEach((list, i) => {
    values.set(list, offsets[i]!);
  });
  return { offsets, values };
}

/** By value (0 .. nValues - 1), the numbers of the lists that hold it, ascending. */
export function invert(lists: FlatLists, nValues: number): FlatLists {
  return stepsAtOnce(inverting(lists, nValues));
}

/** Values of a step. */
const STEP = 1 << 18;

/** The same in steps of milliseconds each. */
export function* inverting({ offsets, values }: FlatLists, nValues: number): Generator<void, FlatLists> {
  const starts = new Int32Array(nValues + 1);
  for (let from = 0; from < values.length; from += STEP) {
    countInto(starts, values.subarray(from, from + STEP));
    yield;
  }
  for (let value = 0; value < nValues; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice(0, nValues);
  const holders = new Int32Array(values.length);
  let written = 0;
  for (let list = 0; list + 1 < offsets.length; list++) {
    for (let k = offsets[list]!; k < offsets[list + 1]!; k++) holders[next[values[k]!]!++] = list;
    if (offsets[list + 1]! - written < STEP) continue;
    written = offsets[list + 1]!;
    yield;
  }
  return { offsets: starts, values: holders };
}

function countInto(starts: Int32Array, values: Int32Array): void {
  for (let k = 0; k < values.length; k++) starts[values[k]! + 1]!++;
}
