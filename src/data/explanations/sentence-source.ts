// Sentences on what an item is to a user: of reviews, or made from texts. Which of them training may see is said by
// lists of pairs (`TrainingView.explained`), not by the source, which knows all.

import { type TrainingLists, trainingLists } from "../lists.ts";
import type { SentenceKind } from "./sentence-kinds.ts";

/** How published review files divide their sentences. */
export const SENTENCE_PARTS = ["train", "valid", "test"] as const;
export type SentencePart = (typeof SENTENCE_PARTS)[number];

export interface Sentence {
  readonly text: string;
  /** What of the item it speaks of. */
  readonly feature?: string | undefined;
}

export interface SentenceSource {
  /** reviews: what people wrote; texts: what was reasoned of item and user. */
  readonly kind: SentenceKind;
  /** SHA-256 over all of them, or over the texts that they are made of as they are asked for. */
  readonly hash?: string | undefined;
  of(userIndex: number, itemIndex: number): Sentence | undefined;
  /** Items by user of each part, where the file divides its sentences itself. */
  readonly parts?: Readonly<Record<SentencePart, readonly Int32Array[]>> | undefined;
  /** Features that any of the sentences speaks of. Absent where they are not counted. */
  readonly features?: ReadonlySet<string> | undefined;
}

/**
 * Of pairs that training may see, those with a sentence. Under `strict` these are of training prefixes alone; under
 * `paper` of the review split, held-out pairs included.
 */
export function explainedPairs(pairs: TrainingLists, source: SentenceSource): TrainingLists {
  return trainingLists(pairs.map((items, user) => items.filter((item) => source.of(user, item) !== undefined)));
}
