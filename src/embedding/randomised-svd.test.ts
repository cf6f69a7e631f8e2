import { describe, expect, it } from "vitest";
import { gramOf, jacobiEigen } from "../../test/support/jacobi.ts";
import { CancelledError } from "../base/errors.ts";
import type { SparseRows } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { randomisedSvd } from "./randomised-svd.ts";

function sparse(rows: readonly (readonly number[])[]): SparseRows {
  const entries = rows.map((line) => line.flatMap((value, c) => (value === 0 ? [] : [[c, value] as const])));
  const offsets = Int32Array.from([0, ...entries.map((_, r) => entries.slice(0, r + 1).flat().length)]);
  const all = entries.flat();
  return {
    rows: rows.length,
    columns: rows[0]!.length,
    offsets,
    indices: Int32Array.from(all, ([c]) => c),
    values: Float32Array.from(all, ([, value]) => value),
  };
}

/** 40 x 20 with a decaying spectrum and about half of the entries zero. */
function example(): number[][] {
  const random = Random.of(7);
  return Array.from({ length: 40 }, () =>
    Array.from({ length: 20 }, (_, c) => (random.uniform() < 0.5 ? 0 : Math.fround(random.normal() * 0.75 ** c))),
  );
}

describe("randomised SVD", () => {
  it("finds the singular values and right vectors of the dense reference", async () => {
    const rows = example();
    const { values, right } = await randomisedSvd(sparse(rows), 6, { seed: 1, iterations: 8 });
    const reference = jacobiEigen(gramOf(rows));
    for (let j = 0; j < 6; j++) {
      expect(values[j]).toBeCloseTo(Math.sqrt(reference.values[j]!), 8);
      const overlap = right[j]!.reduce((sum, value, c) => sum + value * reference.vectors[j]![c]!, 0);
      expect(Math.abs(overlap)).toBeCloseTo(1, 6);
      const largest = right[j]!.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));
      expect(largest).toBeGreaterThan(0);
    }
  });

  it("returns no more values than the rank", async () => {
    const one = [1, 2, 0, 1];
    const rows = [one, one.map((value) => 2 * value), [0, 0, 3, 0], [0, 0, 0, 0]];
    const { values, right } = await randomisedSvd(sparse(rows), 4, { seed: 3 });
    // Orthogonal rows of length sqrt(6 + 24) and 3.
    expect(values).toHaveLength(2);
    expect(values[0]).toBeCloseTo(Math.sqrt(30), 8);
    expect(values[1]).toBeCloseTo(3, 8);
    expect(right).toHaveLength(2);
  });

  it("is the same for the same seed", async () => {
    const run = () => randomisedSvd(sparse(example()), 4, { seed: 9 });
    expect(await run()).toEqual(await run());
  });

  it("stops on a signal", async () => {
    await expect(randomisedSvd(sparse(example()), 4, { seed: 1, signal: AbortSignal.abort() })).rejects.toThrow(
      CancelledError,
    );
  });
});
