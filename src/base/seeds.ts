// Default seeds, one a purpose. Stored data sets, evaluations and runs were drawn with them: changing one changes
// results.

/** What is drawn once for a data set: numbers of held-out items, candidates, the review split, synthetic shops. */
export const DATA_SEED = 2023;

/** What evaluation draws: who is asked, the order of candidates, resamples, and the order of equally scored items. */
export const EVALUATION_SEED = 2023;

/** What is made from a data set: texts, vectors, trained models, the demo. */
export const WORK_SEED = 2026;
