/**
 * Gini coefficient of counts: 0 where all are equal, near 1 where a few have everything, 0 where all are 0.
 * Of ascending x_1..x_n it is the sum of (2 i - n - 1) x_i over n times the sum of x.
 * @param counts At least 0 each, in any order; they are not changed.
 */
export function gini(counts: ArrayLike<number>): number {
  const sorted = Float64Array.from(counts).sort();
  const n = sorted.length;
  let weighted = 0;
  let total = 0;
  sorted.forEach((count, at) => {
    weighted += (2 * (at + 1) - n - 1) * count;
    total += count;
  });
  return total === 0 ? 0 : weighted / (n * total);
}
