// Texts grouped so that little is padded: sorted by length, longest first, cut at a budget of tokens. Longest first
// also means that memory peaks at once, and that estimates of the time left err on the safe side.

export interface LengthBatch {
  /** Text numbers, at most `rows`. */
  readonly members: readonly number[];
  /** Rows of the program; the last batch of a shape may leave some empty. */
  readonly rows: number;
  /** Positions every row is padded to. */
  readonly length: number;
}

/** Lengths are rounded up to a multiple of this, so that few programs serve many lengths. */
const LENGTH_STEP = 8;

/**
 * Batches of at most `budget` tokens, padding included (one text at least). Ties keep text order.
 * @param lengths tokens of each text.
 * @param limit longest length that the encoder takes.
 * @param total texts of the whole work, where these are the texts of some of its batches: rows are as they are there.
 */
export function lengthBatches(
  lengths: readonly number[],
  budget: number,
  limit: number,
  total = lengths.length,
): LengthBatch[] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: LengthBatch[] = [];
  for (let start = 0; start < order.length; ) {
    const length = Math.min(limit, Math.ceil(lengths[order[start]!]! / LENGTH_STEP) * LENGTH_STEP);
    const rows = Math.min(total, Math.max(1, Math.floor(budget / length)));
    batches.push({ members: order.slice(start, start + rows), rows, length });
    start += rows;
  }
  return batches;
}
