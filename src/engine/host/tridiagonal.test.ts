import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { tridiagonal } from "./tridiagonal.ts";

function symmetric(n: number, seed: number): Float64Array {
  const a = new Float64Array(n * n);
  const random = Random.of(seed, "symmetric");
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal();
  return a;
}

/** Columns of Q: what the unit vectors become. */
function basis(n: number, restore: (vectors: readonly Float64Array[]) => Float64Array[]): Float64Array[] {
  return restore(Array.from({ length: n }, (_, i) => new Float64Array(n).fill(1, i, i + 1)));
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

// Sizes around tiles of eight columns, groups of four vectors, and chunks of rows.
describe.each([1, 2, 3, 7, 8, 9, 31, 64, 131])("tridiagonal form of a matrix of %i rows", (n) => {
  const a = symmetric(n, n);

  it.each([1, 2, 3])("has Q with A = Q T Q^T and Q^T Q = I on %i threads", (threads) => {
    const { diagonal, offDiagonal, restore } = tridiagonal(a, n, threads);
    const q = basis(n, restore);
    // 2^-52 times the norm (about 2 sqrt(n)) times a few.
    const tolerance = 1e-14 * n;
    for (let i = 0; i < n; i++) {
      const image = Float64Array.from({ length: n }, (_, r) => dot(a.subarray(r * n, (r + 1) * n), q[i]!));
      for (let j = 0; j < n; j++) {
        const entry = i === j ? diagonal[i]! : Math.abs(i - j) === 1 ? offDiagonal[Math.min(i, j)]! : 0;
        expect(Math.abs(dot(image, q[j]!) - entry)).toBeLessThan(10 * tolerance);
        expect(Math.abs(dot(q[i]!, q[j]!) - Number(i === j))).toBeLessThan(tolerance);
      }
    }
  });

  it("gives the same bits on any number of threads", () => {
    const [one, three] = [tridiagonal(a, n, 1), tridiagonal(a, n, 3)];
    expect(three.diagonal).toEqual(one.diagonal);
    expect(three.offDiagonal).toEqual(one.offDiagonal);
    const vectors = basis(n, one.restore);
    expect(basis(n, three.restore)).toEqual(vectors);
  });
});

describe("tridiagonal form", () => {
  it("leaves a diagonal matrix and its argument as they are", () => {
    const a = Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2);
    const before = a.slice();
    const { diagonal, offDiagonal } = tridiagonal(a, 3);
    expect([...diagonal]).toEqual([3, -1, 2]);
    expect([...offDiagonal]).toEqual([0, 0, 0]);
    expect(a).toEqual(before);
  });
});
