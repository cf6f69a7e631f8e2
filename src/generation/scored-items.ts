// From what was generated to the list that is shown: invalid texts, repeats and items that may not be answered
// are dropped, the order is kept, nothing is filled up; what was dropped is counted.

/** Best first: `{ items: [7, 3], scores: [-0.2, -1.4] }`. */
export interface ScoredItems {
  readonly items: Int32Array;
  readonly scores: Float32Array;
}

/** What decoding produced before it was cleaned; sums over requests. */
export interface DecodingCounts {
  readonly hypotheses: number;
  /** Texts that name no item. */
  readonly invalid: number;
  /** Items that stood higher in the same list already. */
  readonly duplicate: number;
  /** Valid items outside the answer space: seen before, or not among the candidates. */
  readonly outside: number;
}

export interface CleanOptions {
  /** -1 = invalid text. */
  readonly items: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  /** At most so many are kept. */
  readonly count: number;
  /** Items that may not be answered, such as the history. */
  readonly exclude?: ReadonlySet<number> | undefined;
  /** The only items that may be answered, such as the candidates. */
  readonly only?: ReadonlySet<number> | undefined;
}

/**
 * The first occurrence of every allowed item, order kept, cut to `count`; and counts over everything generated
 * (beyond the cut too). An item that repeats counts as duplicate, whether or not it is allowed.
 */
export function cleanRanking(options: CleanOptions): { readonly list: ScoredItems; readonly counts: DecodingCounts } {
  const { items, scores, count, exclude, only } = options;
  const met = new Set<number>();
  const kept: number[] = [];
  let invalid = 0;
  let duplicate = 0;
  let outside = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    if (item < 0) invalid++;
    else if (met.has(item)) duplicate++;
    else if (exclude?.has(item) || (only !== undefined && !only.has(item))) outside++;
    else if (kept.length < count) kept.push(i);
    if (item >= 0) met.add(item);
  }
  return {
    list: { items: Int32Array.from(kept, (i) => items[i]!), scores: Float32Array.from(kept, (i) => scores[i]!) },
    counts: { hypotheses: items.length, invalid, duplicate, outside },
  };
}

export const NO_DECODING: DecodingCounts = { hypotheses: 0, invalid: 0, duplicate: 0, outside: 0 };

export function addCounts(a: DecodingCounts, b: DecodingCounts): DecodingCounts {
  return {
    hypotheses: a.hypotheses + b.hypotheses,
    invalid: a.invalid + b.invalid,
    duplicate: a.duplicate + b.duplicate,
    outside: a.outside + b.outside,
  };
}
