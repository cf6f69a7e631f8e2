import { describe, expect, it } from "vitest";
import { gramOf, jacobiEigen } from "../../test/support/jacobi.ts";
import { UsageError } from "../base/errors.ts";
import { matrix, rms, row } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { pca } from "./pca.ts";

const [N, D] = [60, 9];

function example() {
  const random = Random.of(11);
  const m = matrix(N, D);
  for (let r = 0; r < N; r++) for (let c = 0; c < D; c++) m.data[r * D + c] = 3 + random.normal() * 0.7 ** c;
  return m;
}

describe("PCA", () => {
  it("projects centred rows on the reference's eigenvectors, in order, up to the one scale", async () => {
    const input = example();
    const rows = Array.from({ length: N }, (_, r) => [...row(input, r)]);
    const mean = rows[0]!.map((_, c) => rows.reduce((sum, line) => sum + line[c]!, 0) / N);
    const centred = rows.map((line) => line.map((value, c) => value - mean[c]!));
    const reference = jacobiEigen(gramOf(centred));
    const total = reference.values.reduce((sum, value) => sum + value, 0);
    const result = await pca(input, 4);
    for (let j = 0; j < 4; j++) {
      const component = row(result.components, j);
      const largest = component.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));
      expect(largest).toBeGreaterThan(0);
      const vector = reference.vectors[j]!;
      const sign = Math.sign(component.reduce((sum, value, c) => sum + value * vector[c]!, 0));
      expect(result.explained[j]).toBeCloseTo(reference.values[j]! / total, 5);
      for (let r = 0; r < N; r++) {
        const expected = sign * centred[r]!.reduce((sum, value, c) => sum + value * vector[c]!, 0) * result.scale;
        expect(result.matrix.data[r * 4 + j]).toBeCloseTo(expected, 3);
      }
    }
    for (const [c, value] of result.mean.entries()) expect(value).toBeCloseTo(mean[c]!, 5);
  });

  it("scales everything by one factor to an RMS entry of 1", async () => {
    expect(rms((await pca(example(), 5)).matrix.data)).toBeCloseTo(1, 6);
  });

  it("is blind to a shift of the input", async () => {
    const shifted = example();
    for (let i = 0; i < shifted.data.length; i++) shifted.data[i]! += 0.5;
    const [a, b] = [await pca(example(), 3), await pca(shifted, 3)];
    for (const [i, value] of a.matrix.data.entries()) expect(b.matrix.data[i]).toBeCloseTo(value, 3);
  });

  it("refuses more dimensions than the matrix has", async () => {
    await expect(pca(example(), D + 1)).rejects.toThrow(UsageError);
    await expect(pca(example(), 0)).rejects.toThrow(/expected 1 to 9/);
  });

  it("gives zeros for rows that are all alike", async () => {
    const { matrix: projected, explained } = await pca(matrix(4, 3, new Float32Array(12).fill(2)), 2);
    expect([...projected.data]).toEqual(Array(8).fill(0));
    expect([...explained]).toEqual([0, 0]);
  });
});
