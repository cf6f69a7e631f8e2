// How far a fit in epochs came, and why it went no further.

/** Of a warm start or a head start. */
export interface Passes {
  readonly steps: number;
  /** The last may be a part of one. */
  readonly epochs: number;
  /** Why it ended before its last epoch. */
  readonly stopped?: "steps" | "time" | "patience" | undefined;
  /** Where the best parameters are kept: after how many epochs they were, which they are now. */
  readonly best?: number | undefined;
}
