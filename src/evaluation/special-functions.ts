// The few special functions that p-values need. Formulas: Abramowitz and Stegun 1964; continued fractions are
// evaluated by Lentz's method (Lentz 1976, as modified by Thompson and Barnett 1986).

const TINY = 1e-300;
const PRECISION = 1e-15;
const MAX_TERMS = 10_000;

/** Lanczos' approximation with g = 7 and nine terms; relative error near 1e-15 for x > 0. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

export function logGamma(x: number): number {
  const t = x + 6.5;
  const sum = LANCZOS.reduce((total, term, i) => (i === 0 ? term : total + term / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** b0 + a1 / (b1 + a2 / (b2 + ...)), with `term(n)` giving [a_n, b_n] for n >= 1. */
function continuedFraction(b0: number, term: (n: number) => readonly [number, number]): number {
  let f = b0 === 0 ? TINY : b0;
  let c = f;
  let d = 0;
  for (let n = 1; n < MAX_TERMS; n++) {
    const [a, b] = term(n);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    f *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return f;
}

/** Regularised incomplete beta function I_x(a, b) (26.5.8). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below this point; above it the symmetry I_x(a, b) = 1 - I_{1-x}(b, a) serves.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const fraction = continuedFraction(1, (n) => {
    const m = n >> 1;
    const numerator =
      n % 2 === 0
        ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
        : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    return [numerator, 1];
  });
  return front / fraction;
}

/**
 * Regularised upper incomplete gamma function Q(a, x): series (6.5.29) below a + 1, continued fraction (6.5.31) above.
 */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x >= a + 1) return front / continuedFraction(x + 1 - a, (n) => [-n * (n - a), x + 2 * n + 1 - a]);
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * PRECISION; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return 1 - front * sum;
}

/** P(|Z| >= |z|) for a standard normal Z. */
export function normalTwoSided(z: number): number {
  return upperGamma(0.5, (z * z) / 2);
}

/** P(|T| >= |t|) for Student's t (26.7.1). */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(X >= hits) for `trials` draws that each hit with this chance (26.5.24). */
export function binomialUpper(hits: number, trials: number, chance: number): number {
  return hits <= 0 ? 1 : incompleteBeta(chance, hits, trials - hits + 1);
}

/** Twice the smaller of P(X >= hits) and P(X <= hits), at most 1. */
export function binomialTwoSided(hits: number, trials: number, chance: number): number {
  const lower = binomialUpper(trials - hits, trials, 1 - chance);
  return Math.min(1, 2 * Math.min(lower, binomialUpper(hits, trials, chance)));
}

/** P(X >= x) for chi-square (26.4.19). */
export function chiSquareUpper(x: number, degrees: number): number {
  return upperGamma(degrees / 2, x / 2);
}
