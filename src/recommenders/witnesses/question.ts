// What witnesses are asked.

/** Somebody to answer: a user of training, or one known by a history alone. */
export interface WitnessQuestion {
  readonly userIndex: number | undefined;
  /** Oldest first. */
  readonly history: Int32Array;
}
