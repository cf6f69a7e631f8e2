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
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2]];

export function toneOf(at: number): (typeof TONES)[number] {
  return TONES[at % TONES.length]!;
}

/** Each line has other dashes than the one before, and each round of the tones begins one further: no two are alike. */
export function dashesOf(at: number): readonly number[] {
  return DASHES[(at + Math.floor(at / TONES.length)) % DASHES.length]!;
}
