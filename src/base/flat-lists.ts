// Lists of numbers end to end in one typed array: four bytes an entry, where arrays of arrays take ten times that.

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
export function invert({ offsets, values }: FlatLists, nValues: number): FlatLists {
  const starts = new Int32Array(nValues + 1);
  for (let k = 0; k < values.length; k++) starts[values[k]! + 1]!++;
  for (let value = 0; value < nValues; value++) starts[value + 1]! += starts[value]!;
  const next = starts.slice(0, nValues);
  const holders = new Int32Array(values.length);
  for (let list = 0; list + 1 < offsets.length; list++) {
    for (let k = offsets[list]!; k < offsets[list + 1]!; k++) holders[next[values[k]!]!++] = list;
  }
  return { offsets: starts, values: holders };
}
