// Which stages go on side by side: two whose first and last words overlap, as far as both were heard of lately.

/** One that was not heard of for longer has ended without a word, or is busy with something else. */
const SILENCE_MS = 60_000;

interface Heard {
  readonly first: number;
  last: number;
  lastMs: number;
  /** Its state in a few words. */
  words: string;
  /** When a line of its own was shown. */
  shownMs: number;
}

export class StagesAtOnce {
  private readonly heard = new Map<string, Heard>();
  private order = 0;

  hear(stage: string, words: string, nowMs: number): void {
    const order = this.order++;
    const known = this.heard.get(stage) ?? { first: order, shownMs: Number.NEGATIVE_INFINITY };
    this.heard.set(stage, { ...known, last: order, lastMs: nowMs, words });
  }

  /** Those beside `stage` and itself, as they began; it alone where there are none. */
  beside(stage: string, nowMs: number): string[] {
    const own = this.heard.get(stage);
    if (own === undefined) return [];
    const isBeside = (other: Heard) =>
      other === own || (nowMs - other.lastMs < SILENCE_MS && other.first < own.last && own.first < other.last);
    return [...this.heard.values()].filter(isBeside).map(({ words }) => words);
  }

  /** Whether the last line of `stage` is so long ago; it is taken for shown now. */
  isDue(stage: string, nowMs: number, everyMs: number): boolean {
    const own = this.heard.get(stage);
    if (own === undefined || nowMs - own.shownMs < everyMs) return false;
    own.shownMs = nowMs;
    return true;
  }

  forget(stage: string): void {
    this.heard.delete(stage);
  }
}
