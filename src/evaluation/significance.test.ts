import { describe, expect, it } from "vitest";
import { pairedTTest, wilcoxonTest } from "./significance.ts";
import {
  binomialTwoSided,
  binomialUpper,
  chiSquareUpper,
  incompleteBeta,
  logGamma,
  normalTwoSided,
  studentTwoSided,
} from "./special-functions.ts";

describe("special functions", () => {
  it("give the quantiles of printed tables", () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(incompleteBeta(0.5, 2, 2)).toBeCloseTo(0.5, 12);
    expect(incompleteBeta(0.3, 1, 3)).toBeCloseTo(1 - 0.7 ** 3, 12);
    expect(normalTwoSided(1.959963985)).toBeCloseTo(0.05, 9);
    expect(normalTwoSided(3.290526731)).toBeCloseTo(0.001, 9);
    // Worked by hand: 4 x .1^3 x .9 + .1^4.
    expect(binomialUpper(3, 4, 0.1)).toBeCloseTo(0.0037, 12);
    expect(binomialTwoSided(3, 4, 0.1)).toBeCloseTo(0.0074, 12);
    expect(binomialTwoSided(0, 10, 0.1)).toBeCloseTo(2 * 0.9 ** 10, 12);
    expect([binomialUpper(0, 4, 0.1), binomialTwoSided(4, 4, 1), binomialTwoSided(1, 2, 0.5)]).toEqual([1, 1, 1]);
    expect(studentTwoSided(2.228138852, 10)).toBeCloseTo(0.05, 9);
    expect(studentTwoSided(12.7062047, 1)).toBeCloseTo(0.05, 9);
    expect(chiSquareUpper(3.841458821, 1)).toBeCloseTo(0.05, 9);
    expect(chiSquareUpper(18.30703805, 10)).toBeCloseTo(0.05, 9);
    expect(chiSquareUpper(123.2252215, 99)).toBeCloseTo(0.05, 7);
    expect(chiSquareUpper(2, 2)).toBeCloseTo(Math.exp(-1), 12);
  });
});

describe("pairedTTest", () => {
  // "Student" 1908, extra hours of sleep (R's data set `sleep`): t.test(paired = TRUE) gives t = -4.0621, p = .002833.
  const drug1 = Float64Array.of(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0);
  const drug2 = Float64Array.of(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4);

  it("gives Student's own result on the sleep data", () => {
    const { difference, statistic, pValue, pairs } = pairedTTest(drug1, drug2);
    expect(difference).toBeCloseTo(-1.58, 12);
    expect(statistic).toBeCloseTo(-4.0621, 4);
    expect(pValue).toBeCloseTo(0.002833, 6);
    expect(pairs).toBe(10);
  });

  it("has p = 1 for equal systems and p = 0 for a constant lead", () => {
    expect(pairedTTest(drug1, drug1).pValue).toBe(1);
    expect(pairedTTest(Float64Array.of(1, 1), Float64Array.of(0, 0)).pValue).toBe(0);
    // .1 + .2 is not .3 to the last binary digit.
    expect(pairedTTest(Float64Array.of(0.1 + 0.2, 0.5), Float64Array.of(0.3, 0.5)).pValue).toBe(1);
  });

  it("refuses values of different users", () => {
    expect(() => pairedTTest(drug1, drug2.slice(1))).toThrow(/10 and 9 values/);
    expect(() => wilcoxonTest(drug1, drug2.slice(1))).toThrow(/10 and 9 values/);
  });
});

describe("wilcoxonTest", () => {
  // Darwin's cross- and self-fertilised maize (Fisher 1935): W = 24 of 15 pairs, exact two-sided p = .041259765625.
  const maize = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];

  it("gives the exact p-value of Darwin's maize", () => {
    const { statistic, pValue, pairs } = wilcoxonTest(Float64Array.from(maize), new Float64Array(15));
    expect(statistic).toBe(24);
    expect(pValue).toBeCloseTo(0.041259765625, 12);
    expect(pairs).toBe(15);
  });

  // By hand: |d| = 1 1 2 2 3 have ranks 1.5 1.5 3.5 3.5 5; the negative sum is 1.5; mean 7.5,
  // variance 5 * 6 * 11 / 24 - (6 + 6) / 48 = 13.5, z = -6 / sqrt(13.5) = -1.632993, p = .1024704.
  it("corrects the variance for ties and leaves equal pairs out", () => {
    const { statistic, pValue, pairs } = wilcoxonTest(Float64Array.of(1, -1, 2, 2, 3, 0), new Float64Array(6));
    expect(statistic).toBe(1.5);
    expect(pValue).toBeCloseTo(0.1024704, 6);
    expect(pairs).toBe(5);
  });

  // A user's mean over three seeds: 1/3 - 0 and 1 - 2/3 are one difference, and differ in the last binary digits.
  it("ties differences that rounding alone tells apart, and leaves out what only rounding makes a difference", () => {
    const means = (...values: number[]) => Float64Array.from({ length: 200 }, (_, user) => values[user % 2]!);
    const [once, all] = [1 / 3, 1];
    const { difference, pValue, pairs } = wilcoxonTest(means(once, 2 / 3), means(0, all));
    expect(difference).toBeCloseTo(0, 12);
    expect(pValue).toBe(1);
    expect(pairs).toBe(200);
    expect(wilcoxonTest(means(0.1 + 0.2, 0.5), means(0.3, 0.5)).pairs).toBe(0);
  });

  it("has p = 1 when no pair differs", () => {
    expect(wilcoxonTest(new Float64Array(4), new Float64Array(4)).pValue).toBe(1);
  });
});
