import { describe, expect, it } from "vitest";
import { checkFeedGradients } from "../../../test/support/finite-differences.ts";
import { Random } from "../../base/random.ts";
import { compile, trace } from "../../engine/index.ts";
import { catalogueCrossEntropy } from "./catalogue-loss.ts";

/** The loss of one query of width 1 with full weight. */
async function lossOf(query: number, items: readonly number[], target: number, bias?: readonly number[]) {
  const program = await compile(
    trace((t) => {
      const scored = {
        query: t.constant("q", Float32Array.of(query), [1, 1]),
        items: t.constant("i", Float32Array.from(items), [items.length, 1]),
        ...(bias === undefined ? {} : { bias: t.constant("b", Float32Array.from(bias), [bias.length]) }),
      };
      const chosen = t.constant("t", Int32Array.of(target), [1]);
      return { loss: catalogueCrossEntropy(scored, chosen, t.constant("w", Float32Array.of(1), [1])) };
    }),
  );
  const { loss } = await program.run({});
  await program.dispose();
  return (loss as Float32Array)[0]!;
}

describe("catalogueCrossEntropy", () => {
  it("is -log of the target's softmax share, bias included", async () => {
    // Scores 1*2+.5 = 2.5, 1*-1+0 = -1, 1*0+1 = 1 with target 2: log(e^2.5 + e^-1 + e^1) - 1.
    const expected = Math.log(Math.exp(2.5) + Math.exp(-1) + Math.E) - 1;
    expect(await lossOf(1, [2, -1, 0], 2, [0.5, 0, 1])).toBeCloseTo(expected, 5);
  });

  it("stays finite for scores of a thousand, whose shares round to zero", async () => {
    expect(await lossOf(1000, [1, 0.999, -1], 2)).toBeCloseTo(2000 + Math.log(1 + Math.exp(-1)), 3);
  });

  it("has the gradients of finite differences, with rows of different weight", async () => {
    const random = Random.of(1);
    const feeds = { query: random.normals(6), items: random.normals(10), bias: random.normals(5) };
    const checks = await checkFeedGradients((t) => {
      const wrt = { query: t.input("query", [3, 2]), items: t.input("items", [5, 2]), bias: t.input("bias", [5]) };
      const target = t.constant("t", Int32Array.of(4, 0, 4), [3]);
      return { loss: catalogueCrossEntropy(wrt, target, t.constant("w", Float32Array.of(0.5, 0.3, 0.2), [3])), wrt };
    }, feeds);
    for (const { error, largest } of Object.values(checks)) {
      expect(largest).toBeGreaterThan(0.01);
      expect(error).toBeLessThan(2e-3);
    }
  });
});
