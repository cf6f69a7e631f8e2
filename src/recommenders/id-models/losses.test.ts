import { describe, expect, it } from "vitest";
import { checkFeedGradients } from "../../../test/support/finite-differences.ts";
import { Random } from "../../base/random.ts";
import { compile, mean, type Tensor, type Trace, trace, unitRows } from "../../engine/index.ts";
import { infoNce } from "../../interests/contrastive.ts";
import { layerNorm, logSumExp } from "./layers.ts";
import { crossEntropy, infoNceOfUnique, uniqueShares } from "./losses.ts";

async function value(body: (t: Trace) => Tensor, feeds: Record<string, Float32Array | Int32Array> = {}) {
  const program = await compile(trace((t) => ({ y: body(t) })));
  const { y } = await program.run(feeds);
  await program.dispose();
  return Array.from(y as Float32Array);
}

describe("crossEntropy", () => {
  it("is -log of the target's softmax share, bias included", async () => {
    // Scores 1*2+.5 = 2.5, 1*-1+0 = -1, 1*0+1 = 1 with target 2: log(e^2.5 + e^-1 + e^1) - 1.
    const [loss] = await value((t) =>
      crossEntropy(
        t.constant("q", Float32Array.of(1), [1, 1]),
        t.constant("i", Float32Array.of(2, -1, 0), [3, 1]),
        t.constant("t", Int32Array.of(2), [1]),
        t.constant("b", Float32Array.of(0.5, 0, 1), [3]),
      ),
    );
    expect(loss).toBeCloseTo(Math.log(Math.exp(2.5) + Math.exp(-1) + Math.E) - 1, 5);
  });

  it("stays finite for scores of a thousand", async () => {
    const [y] = await value((t) => logSumExp(t.constant("x", Float32Array.of(1000, 999, -1000), [1, 3])));
    expect(y).toBeCloseTo(1000 + Math.log(1 + Math.exp(-1)), 3);
  });

  it("has the gradients of finite differences", async () => {
    const random = Random.of(1);
    const feeds = { query: random.normals(6), items: random.normals(10) };
    const checks = await checkFeedGradients((t) => {
      const query = t.input("query", [3, 2]);
      const items = t.input("items", [5, 2]);
      return {
        loss: mean(crossEntropy(query, items, t.constant("t", Int32Array.of(4, 0, 4), [3]))),
        wrt: { query, items },
      };
    }, feeds);
    for (const { error, largest } of Object.values(checks)) {
      expect(largest).toBeGreaterThan(0.01);
      expect(error).toBeLessThan(2e-3);
    }
  });
});

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

it("layerNorm centres and scales rows, then applies weight and bias", async () => {
  // Row (1, 3): mean 2, deviation 1 -> (-1, 1) * 2 + 0.5.
  const y = await value((t) => layerNorm(t, "n", t.constant("x", Float32Array.of(1, 3), [1, 2])), {
    "n.weight": Float32Array.of(2, 2),
    "n.bias": Float32Array.of(0.5, 0.5),
  });
  expect(y[0]).toBeCloseTo(-1.5, 4);
  expect(y[1]).toBeCloseTo(2.5, 4);
});
