// What takes time to count, kept for a while: the longer it took, the longer.

/** Twenty times as long as it took. */
const TIMES = 20;
/** Each may be as long as the catalogue. */
const MAX_KEPT = 32;

export class KeptForAWhile<T> {
  private readonly leastMs: number;
  private readonly kept = new Map<string, { until: number; readonly made: Promise<T> }>();

  /** `leastMs`: how long it is kept at the least. */
  constructor(leastMs: number) {
    this.leastMs = leastMs;
  }

  /** Who asks while it is made shares it; what failed is made anew. */
  orMake(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known !== undefined && known.until > performance.now()) return known.made;
    const started = performance.now();
    this.makeRoom(started);
    const entry = { until: Number.POSITIVE_INFINITY, made: make() };
    this.kept.set(key, entry);
    entry.made.then(
      () => {
        const now = performance.now();
        entry.until = now + Math.max(this.leastMs, TIMES * (now - started));
      },
      () => {
        if (this.kept.get(key) === entry) this.kept.delete(key);
      },
    );
    return entry.made;
  }

  /** Without what is kept no longer, and, where there is too much, without what was made first. */
  private makeRoom(now: number): void {
    for (const [key, { until }] of this.kept) if (until <= now) this.kept.delete(key);
    for (const key of this.kept.keys()) if (this.kept.size >= MAX_KEPT) this.kept.delete(key);
  }
}
