// What takes time to count, kept for a while: the longer it took, the longer.

/** Twenty times as long as it took. */
const TIMES = 20;
const MAX_KEPT = 100;

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
    if (this.kept.size > MAX_KEPT) this.kept.clear();
    const started = performance.now();
    const entry = { until: Number.POSITIVE_INFINITY, made: make() };
    this.kept.set(key, entry);
    entry.made.then(
      () => {
        const now = performance.now();
        entry.until = now + Math.max(this.leastMs, TIMES * (now - started));
      },
      () => this.kept.delete(key),
    );
    return entry.made;
  }
}
