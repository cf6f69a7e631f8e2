// Weights by maximum likelihood, and what the answer would be without each witness.
import type { TermName } from "../witness.ts";
import { type Choice, negativeLogLikelihood, type Prior } from "./likelihood.ts";
import { minimise } from "./minimise.ts";
import { PARTS, type Weights } from "./weights.ts";

export interface FitOptions {
  readonly prior: Prior;
  readonly iterations?: number | undefined;
  /** Terms whose weights stay 0. */
  readonly without?: readonly TermName[] | undefined;
  readonly start?: Float64Array | undefined;
}

/** Divides the values of all choices by the terms' deviations, which it returns. */
export function scaleValues(choices: readonly Choice[], terms: number): number[] {
  const scales = Array.from({ length: terms }, (_, t) => deviationOf(choices, terms, t) || 1);
  for (const { values } of choices) for (let i = 0; i < values.length; i++) values[i]! /= scales[i % terms]!;
  return scales;
}

/** Deviation within questions: what is the same for all items of a question decides nothing. */
function deviationOf(choices: readonly Choice[], terms: number, term: number): number {
  let [squares, count] = [0, 0];
  for (const { values } of choices) {
    const items = values.length / terms;
    let mean = 0;
    for (let i = term; i < values.length; i += terms) mean += values[i]! / items;
    for (let i = term; i < values.length; i += terms) squares += (values[i]! - mean) ** 2;
    count += items;
  }
  return Math.sqrt(squares / Math.max(1, count));
}

/** `scales` as `scaleValues` returned them. */
export function fitWeights(
  choices: readonly Choice[],
  terms: readonly TermName[],
  scales: readonly number[],
  { prior, iterations = 80, without = [], start }: FitOptions,
): Weights {
  const loss = negativeLogLikelihood(choices, terms.length, prior);
  const held = terms.flatMap((term, t) => (without.includes(term) ? [t] : []));
  const hold = (x: Float64Array): void => {
    for (const t of held) x.fill(0, t * PARTS, (t + 1) * PARTS);
  };
  const from = start?.slice() ?? new Float64Array(terms.length * PARTS);
  hold(from);
  const { at } = minimise(
    (x, gradient) => {
      const value = loss(x, gradient);
      hold(gradient);
      return value;
    },
    from,
    { iterations },
  );
  return { terms, scales, values: at };
}
