// Sentences on what an item is to a user: of reviews, or made from texts. Which of them training may see is said by
// lists of pairs (`TrainingView.explained`), not by the source, which knows all.
import { type TrainingLists, trainingLists } from "../lists.ts";

export interface Sentence {
  readonly text: string;
  /** What of the item it speaks of. */
  readonly feature?: string | undefined;
}

export interface SentenceSource {
  /** reviews: what people wrote; texts: what was reasoned of item and user. */
  readonly kind: "reviews" | "texts";
  of(userIndex: number, itemIndex: number): Sentence | undefined;
}

/**
 * Of pairs that training may see, those with a sentence. Under `strict` these are of training prefixes alone; under
 * `paper` of the simulated review split, held-out pairs included.
 */
export function explainedPairs(pairs: TrainingLists, source: SentenceSource): TrainingLists {
  return trainingLists(pairs.map((items, user) => items.filter((item) => source.of(user, item) !== undefined)));
}
