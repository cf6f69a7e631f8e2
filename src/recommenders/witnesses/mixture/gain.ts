// Whether one set of weights foresees answers better than another, and how sure that is.
import type { Gain } from "../../learned-evidence.ts";
import { type Choice, negativeLogLikelihood } from "./likelihood.ts";
import type { Weights } from "./weights.ts";

/**
 * What `than` lacks of the mean log-likelihood that `weights` give the targets, with its standard error. Of fewer than
 * two choices nothing is gained: one cannot tell how sure it is.
 */
export function gainOf(choices: readonly Choice[], weights: Weights, than: Weights): Gain {
  if (choices.length < 2) return { gain: 0, error: 0 };
  const [own, other] = [logLikelihoods(choices, weights), logLikelihoods(choices, than)];
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  const gains = choices.map((_, i) => own[i]! - other[i]!);
  const gain = choices.reduce((sum, { weight }, i) => sum + weight * gains[i]!, 0) / total;
  const squares = choices.reduce((sum, { weight }, i) => sum + (weight * (gains[i]! - gain)) ** 2, 0);
  return { gain, error: Math.sqrt(squares) / total };
}

function logLikelihoods(choices: readonly Choice[], { terms, values }: Weights): number[] {
  const unused = new Float64Array(values.length);
  return choices.map((choice) => -negativeLogLikelihood([choice], terms.length)(values, unused));
}
