// Holm's step-down correction (1979): p-values of one family of tests, such that below .05 one in twenty families has a
// false finding, whatever the tests have to do with each other.

/** Adjusted p-values in the order given: the i-th smallest times (m - i + 1), never falling, at most 1. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - place)));
    adjusted[index] = largest;
  });
  return adjusted;
}
