// What a sequence model made of a history is kept for as long as somebody holds that history: an evaluation asks three
// questions about each user, and a page asks for a list and then for its reasons.
interface Known {
  /** The history as it was read: whoever writes into their array afterwards is not answered by what it held before. */
  readonly read: Int32Array;
  readonly state: Float32Array;
  total: number | undefined;
}

export class StateMemory {
  private readonly statesOf: (histories: readonly Int32Array[]) => Promise<readonly Float32Array[]>;
  private readonly totalsOf: (states: readonly Float32Array[]) => Promise<Float32Array>;
  private readonly known = new WeakMap<Int32Array, Known>();

  /** `totalsOf` makes each state's number that stands for all items, which is asked for less often. */
  constructor(statesOf: StateMemory["statesOf"], totalsOf: StateMemory["totalsOf"]) {
    this.statesOf = statesOf;
    this.totalsOf = totalsOf;
  }

  async states(histories: readonly Int32Array[]): Promise<Float32Array[]> {
    return (await this.all(histories)).map(({ state }) => state);
  }

  async totals(histories: readonly Int32Array[]): Promise<Float32Array> {
    const all = await this.all(histories);
    const missing = all.filter(({ total }) => total === undefined);
    const found = await this.totalsOf(missing.map(({ state }) => state));
    missing.forEach((one, i) => {
      one.total = found[i]!;
    });
    return Float32Array.from(all, ({ total }) => total!);
  }

  private async all(histories: readonly Int32Array[]): Promise<Known[]> {
    const found = histories.map((history) => this.of(history));
    const missing = [...found.keys()].filter((i) => found[i] === undefined);
    if (missing.length > 0) {
      const states = await this.statesOf(missing.map((i) => histories[i]!));
      missing.forEach((i, k) => {
        // A copy: the state is a part of its block's.
        const made: Known = { read: histories[i]!.slice(), state: states[k]!.slice(), total: undefined };
        this.known.set(histories[i]!, made);
        found[i] = made;
      });
    }
    return found as Known[];
  }

  private of(history: Int32Array): Known | undefined {
    const known = this.known.get(history);
    return known !== undefined && isEqual(known.read, history) ? known : undefined;
  }
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
