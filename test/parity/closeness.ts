// How far two arrays are apart, for values that were computed in another order or precision.

/**
 * Largest |actual - expected| / (|expected| + scale), where scale is the larger of rms(expected) and `termSize`. It
 * stands for the size of the terms that were summed: what cancels to nearly nothing keeps the rounding error of its
 * terms. Non-finite values must agree exactly; otherwise, and for unequal lengths, the result is Infinity.
 */
export function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>, termSize = 0): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(termSize, rootMeanSquare(expected));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || a === e) continue;
    const difference = Math.abs(a - e) / (Math.abs(e) + scale);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return worst;
}

/** Of the finite values; tiny instead of 0, so that all-zero references demand (almost) exact zeros. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) continue;
    sum += values[i]! ** 2;
    count++;
  }
  return Math.max(Number.MIN_VALUE, Math.sqrt(sum / Math.max(1, count)));
}
