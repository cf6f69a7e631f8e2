// The pool of finished hypotheses of one request (BeamHypotheses in transformers).

/** One finished answer: `{ tokens: [5, 9], score: -0.41, item: 17 }`. */
export interface Hypothesis {
  /** Generated tokens without start and end token. */
  readonly tokens: Int32Array;
  /** Sum of log-probabilities (end token included) divided by length^lengthPenalty. */
  readonly score: number;
  /** The leaf's item under a constraint; -1 in `free` decoding or when the length ran out. */
  readonly item: number;
  /** False when the length ran out before the end token. */
  readonly finished: boolean;
}

/**
 * When a request is done, once its pool holds as many hypotheses as beams (`early_stopping` of transformers):
 * - `true`: at once, even if a live beam could still win (POD, ELMRec);
 * - `false`: when the best candidate of this step would not enter the pool at the present length (a heuristic);
 * - `"exact"`: when no continuation up to the longest length can enter it (`"never"` of transformers).
 */
export type EarlyStopping = boolean | "exact";

export class HypothesisPool {
  private readonly capacity: number;
  private readonly lengthPenalty: number;
  /** Best first; ties in order of arrival. */
  private readonly entries: Hypothesis[] = [];

  constructor(capacity: number, lengthPenalty: number) {
    this.capacity = capacity;
    this.lengthPenalty = lengthPenalty;
  }

  /** @param length Generated tokens, the end token included. */
  add(hypothesis: Omit<Hypothesis, "score">, sumLogProb: number, length: number): void {
    const score = this.normalise(sumLogProb, length);
    if (this.isFull && score <= this.worst) return;
    let at = this.entries.length;
    while (at > 0 && this.entries[at - 1]!.score < score) at--;
    this.entries.splice(at, 0, { ...hypothesis, score });
    if (this.entries.length > this.capacity) this.entries.pop();
  }

  /** Whether the search for this request may end. `bestSumLogProb` is the best candidate of the step just made. */
  isDone(bestSumLogProb: number, length: number, longest: number, earlyStopping: EarlyStopping): boolean {
    if (!this.isFull) return false;
    if (earlyStopping === true) return true;
    // Log-probabilities only fall; with a positive penalty the longest length divides most, else the present one does.
    const attained = earlyStopping === "exact" && this.lengthPenalty > 0 ? longest : length;
    return this.worst >= this.normalise(bestSumLogProb, attained);
  }

  best(count: number): Hypothesis[] {
    return this.entries.slice(0, count);
  }

  private get isFull(): boolean {
    return this.entries.length >= this.capacity;
  }

  private get worst(): number {
    return this.entries[this.entries.length - 1]!.score;
  }

  private normalise(sumLogProb: number, length: number): number {
    return sumLogProb / length ** this.lengthPenalty;
  }
}
