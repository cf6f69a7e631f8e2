/** Kinds of events that belong to a user's history where nothing else is said; others count for attribution alone. */
export const HISTORY_KINDS: readonly string[] = ["purchase", "rating", "cart"];
