// Arrays for results of programs, used again from search to search. Fresh ones of some megabytes a step would cost more
// than their pages: V8 counts memory outside its heap and collects garbage after every few of them.

/** Arrays that one search holds. `release()` gives them back: nothing may read them afterwards. */
export interface Lease {
  take(length: number): Float32Array;
  /** Give back one array before the others. */
  giveBack(array: Float32Array): void;
  release(): void;
}

export class ArrayPool {
  /** By size, which is a power of two. */
  private readonly free = new Map<number, Float32Array[]>();

  lease(): Lease {
    const held = new Set<Float32Array>();
    const giveBack = (array: Float32Array): void => {
      if (held.delete(array)) this.put(array);
    };
    return {
      take: (length) => {
        const array = this.get(length);
        held.add(array);
        return array;
      },
      giveBack,
      release: () => [...held].forEach(giveBack),
    };
  }

  private get(length: number): Float32Array {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1, length)));
    return (this.free.get(size)?.pop() ?? new Float32Array(size)).subarray(0, length);
  }

  private put(array: Float32Array): void {
    const whole = new Float32Array(array.buffer);
    const others = this.free.get(whole.length);
    if (others === undefined) this.free.set(whole.length, [whole]);
    else others.push(whole);
  }
}
