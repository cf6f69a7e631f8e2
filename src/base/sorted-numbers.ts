/** A set of whole numbers in four bytes each, where a `Set` takes tens: for every user's items of a large shop. */
export class SortedNumbers {
  private readonly values: Int32Array;

  /** @param numbers Distinct, in any order. */
  constructor(numbers: Int32Array) {
    this.values = numbers.slice().sort();
  }

  get size(): number {
    return this.values.length;
  }

  has(value: number): boolean {
    return includesSorted(this.values, value);
  }
}

/** Whether `value` is one of `values`, which ascend. */
export function includesSorted(values: Int32Array, value: number): boolean {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return values[low] === value;
}
