// The likelihood of what people did take, among what they could have taken, under weights of witnesses: a conditional
// logit. Questions hold a sample of the items: each stands for `represents` of them in the sum.
import { PART, PARTS } from "./weights.ts";

/** One question, its target first. */
export interface Choice {
  /** Values by item and term, divided by the terms' scales: [items * terms]. */
  readonly values: Float32Array;
  /** `ItemTraits.count` by item. */
  readonly count: Float32Array;
  /** `ItemTraits.cold` by item. */
  readonly cold: Uint8Array;
  /** Logarithm of how many items each stands for. */
  readonly represents: Float32Array;
  readonly length: number;
  readonly candidates: number;
  /** Share of the question in the mean. */
  readonly weight: number;
}

/** What is thought of weights before anything is seen: normal around `centre`, each with its own variance. */
export interface Prior {
  /** [terms * PARTS] */
  readonly centre: Float64Array;
  /** [terms * PARTS] */
  readonly variance: Float64Array;
}

/**
 * Minus the log-likelihood of the targets at `values` [terms * PARTS] and of the values under `prior` (absent: all
 * alike), over the number of choices; writes its gradient.
 */
export function negativeLogLikelihood(
  choices: readonly Choice[],
  terms: number,
  prior?: Prior,
): (values: Float64Array, gradient: Float64Array) => number {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  const room = choices.reduce((most, { count }) => Math.max(most, count.length), 0);
  const scores = new Float64Array(room);
  const common = new Float64Array(terms);
  const sums = new Float64Array(3 * terms);
  return (values, gradient) => {
    let loss = 0;
    gradient.fill(0);
    for (let i = 0; prior !== undefined && i < values.length; i++) {
      const off = values[i]! - prior.centre[i]!;
      loss += off ** 2 / (2 * prior.variance[i]! * total);
      gradient[i] = off / (prior.variance[i]! * total);
    }
    for (const choice of choices) {
      const share = choice.weight / total;
      for (let t = 0; t < terms; t++) {
        const at = t * PARTS;
        common[t] =
          values[at]! + values[at + PART.length + choice.length]! + values[at + PART.candidates]! * choice.candidates;
      }
      loss += share * scoreChoice(choice, values, common, scores);
      addResiduals(choice, scores, sums);
      for (let t = 0; t < terms; t++) {
        const at = t * PARTS;
        gradient[at]! += share * sums[3 * t]!;
        gradient[at + PART.length + choice.length]! += share * sums[3 * t]!;
        gradient[at + PART.candidates]! += share * choice.candidates * sums[3 * t]!;
        gradient[at + PART.count]! += share * sums[3 * t + 1]!;
        gradient[at + PART.cold]! += share * sums[3 * t + 2]!;
      }
    }
    return loss;
  };
}

/** Minus the log-likelihood of a choice; leaves p(item) - [item is the target] in `scores`. */
function scoreChoice(choice: Choice, values: Float64Array, common: Float64Array, scores: Float64Array): number {
  const { count, cold, represents } = choice;
  const terms = common.length;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0, at = 0; i < count.length; i++) {
    let score = represents[i]!;
    for (let t = 0; t < terms; t++, at++) {
      const weight =
        common[t]! + values[t * PARTS + PART.count]! * count[i]! + values[t * PARTS + PART.cold]! * cold[i]!;
      score += weight * choice.values[at]!;
    }
    scores[i] = score;
    if (score > most) most = score;
  }
  const own = scores[0]! - represents[0]!;
  let sum = 0;
  for (let i = 0; i < count.length; i++) {
    scores[i] = Math.exp(scores[i]! - most);
    sum += scores[i]!;
  }
  for (let i = 0; i < count.length; i++) scores[i]! /= sum;
  scores[0]! -= 1;
  return Math.log(sum) + most - own;
}

/** By term: sums over items of the residual times the value, and the same times the item's traits. */
function addResiduals(choice: Choice, residuals: Float64Array, sums: Float64Array): void {
  const { count, cold, values } = choice;
  const terms = sums.length / 3;
  sums.fill(0);
  for (let i = 0, at = 0; i < count.length; i++) {
    const residual = residuals[i]!;
    for (let t = 0; t < terms; t++, at++) {
      const pull = residual * values[at]!;
      sums[3 * t]! += pull;
      sums[3 * t + 1]! += pull * count[i]!;
      sums[3 * t + 2]! += pull * cold[i]!;
    }
  }
}
