// How the lines of a chart are told apart: by colour and by dashes.

/** Tokens of the style sheet. */
export const TONES = [
  "--accent",
  "--term-neighbours",
  "--term-sequence",
  "--term-generator",
  "--term-text",
  "--faint",
] as const;

/** Lengths of strokes and gaps; empty: one stroke. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2]];
