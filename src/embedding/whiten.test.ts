import { describe, expect, it } from "vitest";
import { dot, matrix, normaliseRows, row } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { fitWhitening, whitened } from "./whiten.ts";

const [N, D] = [400, 6];

/** Far from the origin, and the wider the earlier the axis. */
function cone() {
  const random = Random.of(5);
  const m = matrix(N, D);
  for (let r = 0; r < N; r++) for (let c = 0; c < D; c++) m.data[r * D + c] = 4 + random.normal() * 0.5 ** c;
  return m;
}

/** Variances along the axes, before rows are brought to unit length. */
async function spreads(power: number): Promise<number[]> {
  const vectors = cone();
  const { mean, axes } = await fitWhitening(vectors, power);
  return Array.from({ length: axes.rows }, (_, axis) => {
    let sum = 0;
    for (let r = 0; r < N; r++) {
      const centred = row(vectors, r).map((value, c) => value - mean[c]!);
      sum += dot(centred, row(axes, axis)) ** 2;
    }
    return sum / N;
  });
}

describe("whitening", () => {
  it("gives every axis the same variance at full power, and the root of its own at half", async () => {
    const none = await spreads(1e-9);
    for (const value of await spreads(1)) expect(value).toBeCloseTo(none[0]!, 3);
    const half = await spreads(0.5);
    for (const [axis, value] of half.entries()) expect(value).toBeCloseTo(Math.sqrt(none[axis]! * none[0]!), 3);
  });

  it("opens the cone: cosines of random pairs are near zero afterwards, and rows have unit length", async () => {
    const vectors = cone();
    const meanCosine = (m: ReturnType<typeof cone>) => {
      let sum = 0;
      for (let r = 0; r + 1 < N; r++) sum += dot(row(m, r), row(m, r + 1)) / (N - 1);
      return sum;
    };
    expect(meanCosine(normaliseRows(vectors))).toBeGreaterThan(0.9);
    const out = await whitened(vectors, await fitWhitening(vectors, 1));
    expect(Math.abs(meanCosine(out))).toBeLessThan(0.1);
    for (let r = 0; r < N; r++) expect(dot(row(out, r), row(out, r))).toBeCloseTo(1, 5);
  });

  it("turns a new vector as the known ones, and leaves rows of zeros", async () => {
    const vectors = cone();
    vectors.data.fill(0, 0, D);
    const fitted = await fitWhitening(vectors, 0.5);
    const all = await whitened(vectors, fitted);
    expect([...row(all, 0)]).toEqual(new Array(D).fill(0));
    const one = await whitened(matrix(1, D, vectors.data.slice(3 * D, 4 * D)), fitted);
    for (let c = 0; c < D; c++) expect(one.data[c]).toBeCloseTo(all.data[3 * D + c]!, 5);
  });

  it("leaves out axes along which nothing varies", async () => {
    const flat = matrix(N, D, cone().data.slice());
    for (let r = 0; r < N; r++) flat.data[r * D + 5] = 1;
    expect((await fitWhitening(flat, 1)).axes.rows).toBe(D - 1);
  });
});
