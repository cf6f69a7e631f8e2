// What is thought of weights before anything is seen: a witness counts about as much in all questions, and how much is
// open. Few questions teach little: then weights stay near this.
import type { Prior } from "./likelihood.ts";
import { PART, PARTS } from "./weights.ts";

/** Deviation of a weight's parts: of values of deviation 1, which a factor of e makes a likely choice. */
const COMMON = 1;
const BY_LENGTH = 0.2;
const BY_COUNT = 0.2;
const IF_COLD = 0.5;
const BY_CANDIDATES = 1;

/** Deviation of weights that were learned already. */
const LEARNED = 0.1;

export function freshPrior(terms: number): Prior {
  return { centre: new Float64Array(terms * PARTS), variance: repeated(freshVariance(), terms) };
}

/** Near `learned`, with `added` terms more of which nothing is known. */
export function learnedPrior(learned: Float64Array, added: number): Prior {
  const terms = learned.length / PARTS + added;
  const centre = new Float64Array(terms * PARTS);
  centre.set(learned);
  const variance = new Float64Array(terms * PARTS).fill(LEARNED ** 2);
  variance.set(repeated(freshVariance(), added), learned.length);
  return { centre, variance };
}

function freshVariance(): Float64Array {
  const deviations = new Float64Array(PARTS).fill(BY_LENGTH);
  deviations[PART.common] = COMMON;
  deviations[PART.count] = BY_COUNT;
  deviations[PART.cold] = IF_COLD;
  deviations[PART.candidates] = BY_CANDIDATES;
  return deviations.map((deviation) => deviation ** 2);
}

function repeated(part: Float64Array, times: number): Float64Array {
  return Float64Array.from({ length: part.length * times }, (_, i) => part[i % part.length]!);
}
