/** Which text is embedded: a chain step's, or the plain attributes (the paper's Figure 3 variants and its absence). */
export const TEXT_SOURCES = ["feature", "positive", "negative", "attributes"] as const;
export type TextSource = (typeof TEXT_SOURCES)[number];
