// How far each witness is believed: a weight that depends on how long the history is, on how often the item was taken
// in training, and, where candidates are given, on how popular these are on the whole. Linear in all of them, so that
// an item's score is the sum of its terms and the likelihood of what people did take has one highest point.
import type { TermName } from "../witness.ts";

/** Histories shorter than 5, shorter than 10, and longer. */
export const LENGTH_BOUNDS = [5, 10] as const;
const LENGTHS = LENGTH_BOUNDS.length + 1;

/** Parts of a weight, which add up. */
export const PART = {
  /** For every question. */
  common: 0,
  /** The first of one for each kind of history. */
  length: 1,
  /** Times log(1 + training interactions), scaled. */
  count: 1 + LENGTHS,
  /** For items that training never saw. */
  cold: 2 + LENGTHS,
  /** Times how popular the candidates are: 0 as the catalogue is, 1 as what people take. */
  candidates: 3 + LENGTHS,
} as const;
export const PARTS = 4 + LENGTHS;

export interface Weights {
  readonly terms: readonly TermName[];
  /** What a term's values are divided by, so that weights can be compared. By term. */
  readonly scales: readonly number[];
  /** [terms * PARTS] */
  readonly values: Float64Array;
}

/** What weights read of a question. */
export interface QuestionTraits {
  /** Kind of history, 0 to LENGTHS - 1. */
  readonly length: number;
  /** How popular the candidates are; 0 where the whole catalogue is asked. */
  readonly candidates: number;
}

/** What weights read of items. */
export interface ItemTraits {
  /** log(1 + training interactions), scaled. [nItems] */
  readonly count: Float32Array;
  /** 1 where training never saw the item. [nItems] */
  readonly cold: Uint8Array;
}

export function lengthKind(items: number): number {
  const found = LENGTH_BOUNDS.findIndex((bound) => items < bound);
  return found < 0 ? LENGTHS - 1 : found;
}

/** The share of a weight that a question's items have in common. */
export function commonWeight({ values }: Weights, term: number, traits: QuestionTraits): number {
  const at = term * PARTS;
  const byLength = values[at + PART.length + traits.length]!;
  return values[at]! + byLength + values[at + PART.candidates]! * traits.candidates;
}

/** Add to `out` what a term, with values `said` of `items` (all where absent), is worth in the score. */
export function addTerm(
  out: Float32Array,
  said: Float32Array,
  weights: Weights,
  term: number,
  traits: QuestionTraits,
  items: ItemTraits,
  among?: Int32Array,
): void {
  const common = commonWeight(weights, term, traits);
  const [byCount, ifCold] = [weights.values[term * PARTS + PART.count]!, weights.values[term * PARTS + PART.cold]!];
  const scale = 1 / weights.scales[term]!;
  for (let i = 0; i < out.length; i++) {
    const item = among === undefined ? i : among[i]!;
    out[i]! += (common + byCount * items.count[item]! + ifCold * items.cold[item]!) * said[i]! * scale;
  }
}

/** How popular drawn candidates are: 0 as an item of the catalogue, 1 as an interaction's item. */
export class CandidatePopularity {
  private readonly count: Float32Array;
  private readonly popular: number;

  /** `counts`: training interactions by item; `scaled`: the same as `ItemTraits.count`, whose mean is 0. */
  constructor(counts: Int32Array, scaled: Float32Array) {
    this.count = scaled;
    let [sum, total] = [0, 0];
    counts.forEach((count, item) => {
      sum += count * scaled[item]!;
      total += count;
    });
    this.popular = total === 0 || sum === 0 ? 1 : sum / total;
  }

  of(candidates: Int32Array): number {
    let sum = 0;
    for (const item of candidates) sum += this.count[item]!;
    return candidates.length === 0 ? 0 : sum / candidates.length / this.popular;
  }
}
