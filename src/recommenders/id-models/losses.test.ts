import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { compile, logSumExp, type Tensor, type Trace, trace, unitRows } from "../../engine/index.ts";
import { infoNce } from "../../interests/contrastive.ts";
import { layerNorm, normLayer } from "./layers.ts";
import { infoNceOfUnique, uniqueShares } from "./losses.ts";

async function value(body: (t: Trace) => Tensor, feeds: Record<string, Float32Array | Int32Array> = {}) {
  const program = await compile(trace((t) => ({ y: body(t) })));
  const { y } = await program.run(feeds);
  await program.dispose();
  return Array.from(y as Float32Array);
}

describe("infoNceOfUnique", () => {
  const random = Random.of(2);
  const [a, k] = [random.normals(4 * 3), random.normals(4 * 3)];
  const both = (t: Trace, rows: number): [Tensor, Tensor] => [
    t.constant("a", a.slice(0, rows * 3), [rows, 3]),
    t.constant("k", k.slice(0, rows * 3), [rows, 3]),
  ];
  const ours = (numbers: Int32Array, weight: Float32Array) =>
    value((t) => {
      const [x, y] = both(t, numbers.length);
      const shares = t.constant("s", uniqueShares(numbers, weight), [numbers.length]);
      return infoNceOfUnique(unitRows(x), unitRows(y), shares, 0.2);
    });
  const theirs = (numbers: Int32Array) =>
    value((t) => infoNce(...both(t, numbers.length), t.constant("n", numbers, [numbers.length]), 0.2));

  it("equals the plain form where no number repeats", async () => {
    const numbers = Int32Array.of(5, 2, 9);
    const [y] = await ours(numbers, Float32Array.of(1, 1, 1));
    expect(y).toBeCloseTo((await theirs(numbers))[0]!, 5);
  });

  it("counts a repeated number once, as anchor and as key, and leaves filling rows out", async () => {
    const [once] = await ours(Int32Array.of(5, 2, 9), Float32Array.of(1, 1, 1));
    const [repeated] = await ours(Int32Array.of(5, 2, 9, 5), Float32Array.of(1, 1, 1, 1));
    const [filled] = await ours(Int32Array.of(5, 2, 9, 5), Float32Array.of(1, 1, 1, 0));
    expect(repeated).toBeCloseTo(once!, 6);
    expect(filled).toBe(repeated);
  });
});

it("logSumExp stays finite for scores of a thousand", async () => {
  const [y] = await value((t) => logSumExp(t.constant("x", Float32Array.of(1000, 999, -1000), [1, 3])));
  expect(y).toBeCloseTo(1000 + Math.log(1 + Math.exp(-1)), 3);
});

it("layerNorm centres and scales rows, then applies weight and bias", async () => {
  // Row (1, 3): mean 2, deviation 1 -> (-1, 1) * 2 + 0.5.
  const y = await value((t) => layerNorm(t, normLayer("n", 2), t.constant("x", Float32Array.of(1, 3), [1, 2])), {
    "n.weight": Float32Array.of(2, 2),
    "n.bias": Float32Array.of(0.5, 0.5),
  });
  expect(y[0]).toBeCloseTo(-1.5, 4);
  expect(y[1]).toBeCloseTo(2.5, 4);
});
