// What a yardstick's rule knows after a history: few items of a catalogue, and the score of each.

/** Items with a score above 0, each once, in any order: the first `size`. Valid until the next question. */
export interface KnownScores {
  readonly items: Int32Array;
  readonly values: Float64Array;
  readonly size: number;
}

export type KnownAfter = (history: Int32Array) => KnownScores;

/** Fill `out[i]` with the score of `items[i]` after `history`; 0 means "nothing known". */
export type Score = (history: Int32Array, items: Int32Array, out: Float64Array) => void;

/** The same by item. */
export function scoreOf(nItems: number, knownAfter: KnownAfter): Score {
  const scores = new Float64Array(nItems);
  return (history, items, out) => {
    const known = knownAfter(history);
    for (let k = 0; k < known.size; k++) scores[known.items[k]!] = known.values[k]!;
    for (let i = 0; i < items.length; i++) out[i] = scores[items[i]!]!;
    for (let k = 0; k < known.size; k++) scores[known.items[k]!] = 0;
  };
}
