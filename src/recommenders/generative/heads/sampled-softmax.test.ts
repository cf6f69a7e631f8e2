import { describe, expect, it } from "vitest";
import { dot } from "../../../base/matrix.ts";
import { Random } from "../../../base/random.ts";
import { compile, trace } from "../../../engine/index.ts";
import { ItemSampler, sampledLoss } from "./sampled-softmax.ts";

const WIDTH = 3;
const N_ITEMS = 8;
const random = Random.of(7, "sampled softmax");
const items = random.normals(N_ITEMS * WIDTH, 1);
const row = (item: number) => items.subarray(item * WIDTH, (item + 1) * WIDTH);

async function lossOf(query: Float32Array, feeds: Record<string, Int32Array | Float32Array>, uniform: number) {
  const batch = query.length / WIDTH;
  const program = trace((t) => ({
    loss: sampledLoss(t, t.input("query", [batch, WIDTH]), t.input("items", [N_ITEMS, WIDTH]), uniform),
  }));
  const executable = await compile(program, { threads: 1 });
  try {
    return (await executable.run({ query, items, ...feeds })).loss![0] as number;
  } finally {
    await executable.dispose();
  }
}

describe("the sampled softmax", () => {
  it("sets each target against the batch's others and the uniform items, without its own copies, all of them corrected", async () => {
    const query = random.normals(2 * WIDTH, 1);
    const correction = (item: number) => -0.1 * item;
    const feeds = {
      targetItems: Int32Array.of(2, 5),
      uniformItems: Int32Array.of(5, 0),
      targetCorrection: Float32Array.of(correction(2), correction(5)),
      otherCorrection: Float32Array.from([2, 5, 5, 0], correction),
    };
    const score = (b: number, item: number) =>
      dot(query.subarray(b * WIDTH, (b + 1) * WIDTH), row(item)) + correction(item);
    const loss = (b: number, own: number, others: readonly number[]) =>
      Math.log([own, ...others].reduce((sum, item) => sum + Math.exp(score(b, item)), 0)) - score(b, own);
    const expected = (loss(0, 2, [5, 5, 0]) + loss(1, 5, [2, 0])) / 2;
    expect(await lossOf(query, feeds, 2)).toBeCloseTo(expected, 5);
  });
});

describe("the sampler", () => {
  it("corrects so that a sample of targets and uniform items adds up to all items on average", () => {
    const counts = Float64Array.of(40, 20, 10, 5, 3, 2, 0, 0);
    const batch = 4;
    const uniform = 5;
    const scores = Array.from({ length: N_ITEMS }, (_, item) => dot(row(0), row(item)));
    const sampler = new ItemSampler(counts, batch, uniform);
    // Targets as they come: in proportion to the counts.
    const pool = Array.from(counts).flatMap((count, item) => Array.from({ length: count }, () => item));
    let sum = 0;
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const targets = Int32Array.from({ length: batch }, () => pool[random.below(pool.length)]!);
      const { uniformItems, otherCorrection } = sampler.feeds(targets, random);
      const sample = [...targets, ...(uniformItems as Int32Array)];
      for (const [i, item] of sample.entries()) sum += Math.exp(scores[item]! + (otherCorrection![i] as number));
    }
    const all = scores.reduce((total, score) => total + Math.exp(score), 0);
    expect(sum / draws / all).toBeGreaterThan(0.98);
    expect(sum / draws / all).toBeLessThan(1.02);
  });

  it("gives a target the same correction on both sides, and every item a finite one", () => {
    const sampler = new ItemSampler(Float64Array.of(3, 1, 0, 0), 2, 2);
    const { targetItems, targetCorrection, otherCorrection } = sampler.feeds(Int32Array.of(0, 2), Random.of(1, "x"));
    expect(targetItems).toEqual(Int32Array.of(0, 2));
    expect(targetCorrection).toEqual(otherCorrection!.slice(0, 2));
    expect(targetCorrection![0]).toBeCloseTo(-Math.log(2 * 0.75 + 0.5), 6);
    expect(targetCorrection![1]).toBeCloseTo(-Math.log(0.5), 6);
  });
});
