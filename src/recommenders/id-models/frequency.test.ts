import { describe, expect, it } from "vitest";
import { causalLowPass, keptFrequencies, lowPass } from "./frequency.ts";

/** The same by the definition: a transform, high frequencies dropped, and back. */
function byTransform(x: readonly number[], kept: number): number[] {
  const n = x.length;
  const wave = (f: number, k: number, part: (angle: number) => number): number => part((2 * Math.PI * f * k) / n);
  const spectrum = x.map((_, f) => ({
    real: x.reduce((sum, value, k) => sum + value * wave(f, k, Math.cos), 0),
    imaginary: x.reduce((sum, value, k) => sum - value * wave(f, k, Math.sin), 0),
  }));
  return x.map((_, k) =>
    spectrum.reduce((sum, { real, imaginary }, f) => {
      if (Math.min(f, n - f) >= kept) return sum;
      return sum + (real * wave(f, k, Math.cos) - imaginary * wave(f, k, Math.sin)) / n;
    }, 0),
  );
}

const product = (matrix: Float32Array, x: readonly number[]): number[] =>
  x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * x.length + j]! * value, 0));

const x = [0.3, -1.2, 2, 0.7, -0.4, 1.1];

describe("low-pass filters", () => {
  it.each([
    [6, 1],
    [6, 2],
    [6, 3],
    [6, 4],
    [5, 3],
  ])("of %i slots keep the lowest %i frequencies of the transform", (length, kept) => {
    const short = x.slice(0, length);
    const filtered = product(lowPass(length, kept), short);
    byTransform(short, kept).forEach((value, i) => {
      expect(filtered[i]).toBeCloseTo(value, 6);
    });
  });

  it("that look back give the newest slot what the whole filter gives it, whatever the length of the history", () => {
    const window = [0, 0, 0, ...x.slice(0, 3)];
    const expected = product(lowPass(6, 2), window).at(-1)!;
    expect(product(causalLowPass(3, 6, 2), x.slice(0, 3)).at(-1)).toBeCloseTo(expected, 6);
    expect(product(causalLowPass(6, 6, 2), window).at(-1)).toBeCloseTo(expected, 6);
  });

  it("keep the mean and c / 2 frequencies", () => {
    expect([1, 2, 3, 5, 9].map(keptFrequencies)).toEqual([1, 2, 2, 3, 5]);
  });
});
