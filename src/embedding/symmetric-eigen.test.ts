import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { jacobiEigen } from "../../test/support/jacobi.ts";
import { largestEigen } from "./symmetric-eigen.ts";

const flat = (rows: readonly (readonly number[])[]) => Float64Array.from(rows.flat());

describe("largest eigenvalues of a symmetric matrix", () => {
  it("are 2 - 2 cos(pi j / (n + 1)) for the second difference matrix", () => {
    const n = 50;
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)),
    );
    const { values } = largestEigen(flat(rows), n, 5);
    expect(values).toHaveLength(5);
    values.forEach((value, j) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos((Math.PI * (n - j)) / (n + 1)), 12);
    });
  });

  it("agree with Jacobi rotations, and their vectors solve A v = lambda v orthonormally", () => {
    const matrices = fc
      .integer({ min: 1, max: 12 })
      .chain((n) =>
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: n * n, maxLength: n * n }).map((x) => ({ n, x })),
      );
    fc.assert(
      fc.property(matrices, ({ n, x }) => {
        const rows = Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => x[i * n + j]! + x[j * n + i]!),
        );
        const { values, vectors } = largestEigen(flat(rows), n);
        const expected = jacobiEigen(rows).values;
        values.forEach((value, j) => {
          expect(Math.abs(value - expected[j]!)).toBeLessThan(1e-9);
        });
        for (let j = 0; j < n; j++) {
          for (let i = 0; i < n; i++) {
            const image = rows[i]!.reduce((sum, value, k) => sum + value * vectors[j]![k]!, 0);
            expect(Math.abs(image - values[j]! * vectors[j]![i]!)).toBeLessThan(1e-9);
            const product = vectors[i]!.reduce((sum, value, k) => sum + value * vectors[j]![k]!, 0);
            expect(Math.abs(product - Number(i === j))).toBeLessThan(1e-9);
          }
        }
      }),
    );
  });

  it("handles zeros, multiples of the identity and one row", () => {
    expect([...largestEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
    expect([...largestEigen(Float64Array.of(2, 0, 0, 2), 2).values]).toEqual([2, 2]);
    expect([...largestEigen(Float64Array.of(-4), 1).values]).toEqual([-4]);
  });

  it("refuses values that are not finite", () => {
    expect(() => largestEigen(Float64Array.of(1, Number.NaN, 0, Number.NaN, 1, 1, 0, 1, 1), 3)).toThrow(
      /found NaN in the matrix/,
    );
  });
});
