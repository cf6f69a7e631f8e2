import type { Random } from "../../base/random.ts";

/**
 * As many places of `weights` as it has, ascending: each as often as its weight over the mean weight says, rounded up
 * or down. Equal weights give every place once. Systematic sampling: less noise than independent draws.
 */
export function drawByWeight(weights: Float64Array, random: Random): Int32Array {
  const count = weights.length;
  const step = weights.reduce((sum, weight) => sum + weight, 0) / count;
  const start = random.uniform();
  const drawn = new Int32Array(count);
  let [place, sum] = [0, weights[0]!];
  for (let k = 0; k < count; k++) {
    while (sum <= (k + start) * step && place + 1 < count) sum += weights[++place]!;
    drawn[k] = place;
  }
  return drawn;
}
