// The k best of a stream of scored keys; ties go to the lower key, so that results do not depend on the back end.
// A binary heap in typed arrays with the worst entry at its root: memory is fixed, nothing is allocated per push.

export class TopK {
  readonly capacity: number;
  private readonly scores: Float64Array;
  private readonly keys: Int32Array;
  private readonly payloads: Int32Array;
  private size = 0;
  /** Asked for every score, most of which do not pass it: kept, not worked out. */
  private lowest = Number.NEGATIVE_INFINITY;

  /** @throws RangeError for a capacity below 1. */
  constructor(capacity: number) {
    if (!(capacity >= 1)) throw new RangeError(`TopK: capacity ${capacity}, expected at least 1`);
    this.capacity = capacity;
    this.scores = new Float64Array(capacity);
    this.keys = new Int32Array(capacity);
    this.payloads = new Int32Array(capacity);
  }

  /** A score at or below this cannot enter any more (given keys in ascending order): skip it without a push. */
  get floor(): number {
    return this.lowest;
  }

  /** Offer an entry; `payload` is any integer that should come back with it. */
  push(score: number, key: number, payload = 0): void {
    if (this.size < this.capacity) {
      this.siftUp(this.size++, score, key, payload);
    } else if (this.isWorse(this.scores[0]!, this.keys[0]!, score, key)) {
      this.siftDown(score, key, payload);
    }
    if (this.size === this.capacity) this.lowest = this.scores[0]!;
  }

  /** Empty the collection into `out`, best first. `out` is reused between calls to spare allocations. */
  drain(out: TopEntries): TopEntries {
    out.size = this.size;
    this.lowest = Number.NEGATIVE_INFINITY;
    while (this.size > 0) {
      const last = --this.size;
      out.scores[last] = this.scores[0]!;
      out.keys[last] = this.keys[0]!;
      out.payloads[last] = this.payloads[0]!;
      if (last > 0) this.siftDown(this.scores[last]!, this.keys[last]!, this.payloads[last]!);
    }
    return out;
  }

  private isWorse(scoreA: number, keyA: number, scoreB: number, keyB: number): boolean {
    return scoreA < scoreB || (scoreA === scoreB && keyA > keyB);
  }

  private siftUp(start: number, score: number, key: number, payload: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(score, key, this.scores[parent]!, this.keys[parent]!)) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, score, key, payload);
  }

  private siftDown(score: number, key: number, payload: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      const right = child + 1;
      const { scores, keys } = this;
      if (right < this.size && this.isWorse(scores[right]!, keys[right]!, scores[child]!, keys[child]!)) child = right;
      if (!this.isWorse(scores[child]!, keys[child]!, score, key)) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, score, key, payload);
  }

  private move(from: number, to: number): void {
    this.put(to, this.scores[from]!, this.keys[from]!, this.payloads[from]!);
  }

  private put(at: number, score: number, key: number, payload: number): void {
    this.scores[at] = score;
    this.keys[at] = key;
    this.payloads[at] = payload;
  }
}

/** What `drain` fills: entries 0..size-1, best first. */
export interface TopEntries {
  size: number;
  readonly scores: Float64Array;
  readonly keys: Int32Array;
  readonly payloads: Int32Array;
}

export function topEntries(capacity: number): TopEntries {
  return {
    size: 0,
    scores: new Float64Array(capacity),
    keys: new Int32Array(capacity),
    payloads: new Int32Array(capacity),
  };
}
