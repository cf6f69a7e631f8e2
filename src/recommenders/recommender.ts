// The one interface every system implements. `name -> factory` stands in `registry.ts`.

export type Task = "sequential" | "direct";

/** "What comes next?" The whole catalogue minus `history` is the answer space. */
export interface SequentialRequest {
  readonly userIndex: number;
  /** Item indices the user is known to have interacted with, oldest first. */
  readonly history: Int32Array;
}

/** "Which of these?" The candidates are the answer space. */
export interface DirectRequest {
  readonly userIndex: number;
  readonly history: Int32Array;
  /** Distinct item indices: one positive and the negatives, in an order that tells nothing. */
  readonly candidates: Int32Array;
}

/** Best first, no duplicates: `{ items: [7, 3], scores: [-0.2, -1.4] }`. Scores are comparable within one list only. */
export interface RankedList {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  /**
   * Unconstrained decoding alone: every item generated, best first, before repeats, texts that name no item (-1) and items
   * outside the answer space were dropped.
   */
  readonly generated?: Int32Array;
}

export interface Recommender {
  readonly name: string;
  readonly tasks: readonly Task[];
  /**
   * Place of each item, by itemIndex, in the order of the names that the model is given (numbers written in digits): a
   * permutation from 0, for canaries. Absent where it is given none: items by index, or codes learnt in training.
   */
  readonly itemOrder?: Int32Array;
  /** At most `count` items for each request; never an item of its history. */
  rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]>;
  /** At most `count` items for each request, all from its candidates. */
  rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]>;
  /** Release native memory; later calls throw. */
  dispose(): Promise<void>;
}
