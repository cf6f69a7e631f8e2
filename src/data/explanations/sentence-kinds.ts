/** Who wrote what the third task learns: people, or a rule from reasoned texts. */
export const SENTENCE_KINDS = ["reviews", "texts"] as const;
export type SentenceKind = (typeof SENTENCE_KINDS)[number];
