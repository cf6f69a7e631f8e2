// Paired tests on per-user values of two systems that answered the same questions.
import { UsageError } from "../base/errors.ts";
import { normalTwoSided, studentTwoSided } from "./special-functions.ts";

export interface PairedTest {
  /** Mean of a - b. */
  readonly difference: number;
  /** t, or the smaller rank sum. */
  readonly statistic: number;
  /** Two-sided. */
  readonly pValue: number;
  /** Pairs that entered the test. */
  readonly pairs: number;
}

/** Above this many pairs, and whenever ranks are tied, Wilcoxon's p-value is the normal approximation. */
const EXACT_PAIRS = 25;
/**
 * Differences this close are equal: means over seeds carry rounding errors of 1e-16, and what metrics tell apart lies
 * far above it.
 */
export const DIFFERENCE_ROUNDING = 1e-12;

/**
 * Student's paired t-test. Equal arrays give p = 1; a constant non-zero difference gives p = 0. Both up to rounding.
 * @throws UsageError for arrays of different length or fewer than 2 pairs.
 */
export function pairedTTest(a: Float64Array, b: Float64Array): PairedTest {
  const differences = subtract(a, b);
  const n = differences.length;
  const mean = average(differences);
  let squares = 0;
  for (const d of differences) squares += (d - mean) ** 2;
  const error = Math.sqrt(squares / (n - 1) / n);
  if (error <= DIFFERENCE_ROUNDING) {
    const isEqual = Math.abs(mean) <= DIFFERENCE_ROUNDING;
    const statistic = isEqual ? 0 : Math.sign(mean) * Number.POSITIVE_INFINITY;
    return { difference: mean, statistic, pValue: isEqual ? 1 : 0, pairs: n };
  }
  const t = mean / error;
  return { difference: mean, statistic: t, pValue: studentTwoSided(t, n - 1), pairs: n };
}

/**
 * Wilcoxon's signed-rank test (1945): equal pairs are left out, tied differences share their mean rank. Both are asked
 * up to rounding.
 * Exact for at most 25 untied pairs, else normal with tie correction and without continuity correction.
 * @throws UsageError for arrays of different length or fewer than 2 pairs.
 */
export function wilcoxonTest(a: Float64Array, b: Float64Array): PairedTest {
  const all = subtract(a, b);
  const differences = all.filter((d) => Math.abs(d) > DIFFERENCE_ROUNDING).sort((x, y) => Math.abs(x) - Math.abs(y));
  const n = differences.length;
  const { positive, ties } = signedRanks(differences);
  const total = (n * (n + 1)) / 2;
  const statistic = Math.min(positive, total - positive);
  const pValue = n <= EXACT_PAIRS && ties === 0 ? exactTail(statistic, n) : approximateTail(statistic, n, ties);
  return { difference: average(all), statistic, pValue, pairs: n };
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length !== b.length || a.length < 2) {
    throw new UsageError(`paired test: ${a.length} and ${b.length} values, expected as many of both and at least 2.`);
  }
  return a.map((value, i) => value - b[i]!);
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Rank sum of the positive differences, and the sum of t^3 - t over groups of t tied ones. */
function signedRanks(sorted: Float64Array): { positive: number; ties: number } {
  let positive = 0;
  let ties = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && Math.abs(sorted[end]!) - Math.abs(sorted[start]!) <= DIFFERENCE_ROUNDING) end++;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (sorted[i]! > 0) positive += rank;
    const size = end - start;
    ties += size ** 3 - size;
    start = end;
  }
  return { positive, ties };
}

/** Two-sided probability of a rank sum this small, from the counts of subsets of 1..n by their sum. */
function exactTail(statistic: number, n: number): number {
  const total = (n * (n + 1)) / 2;
  const subsets = new Float64Array(total + 1);
  subsets[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = total; sum >= rank; sum--) subsets[sum]! += subsets[sum - rank]!;
  }
  let tail = 0;
  for (let sum = 0; sum <= statistic; sum++) tail += subsets[sum]!;
  return Math.min(1, (2 * tail) / 2 ** n);
}

function approximateTail(statistic: number, n: number, ties: number): number {
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  if (variance === 0) return 1;
  return normalTwoSided((statistic - (n * (n + 1)) / 4) / Math.sqrt(variance));
}
