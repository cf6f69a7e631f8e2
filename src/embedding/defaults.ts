// What settings and help texts name of embeddings; it loads nothing.

/** On validation items of Amazon Beauty ISRF finds more, rare items above all, with 512 columns than with 256. */
export const LSA_DIMENSIONS = 512;

/** How similar users are found. */
export const SEARCHES = ["exact", "approximate"] as const;
export type Search = (typeof SEARCHES)[number];

/** Users whose neighbours an approximate search also finds exactly, unless told otherwise. */
export const RECALL_SAMPLE = 500;
