import { describe, expect, it } from "vitest";
import { productFlop, t5ForwardFlop } from "../../bench/engine/flop.ts";
import { t5Objective } from "../../bench/engine/t5-objective.ts";
import { compactT5 } from "../../src/backbone/t5-config.ts";
import { type Program, sizeOf, trace } from "../../src/engine/index.ts";

/** Multiplications and additions of every matmul node. */
function countedFlop({ nodes }: Program): number {
  const products = nodes.filter(({ op }) => op === "matmul");
  return products.reduce((total, { shape, inputs }) => total + 2 * sizeOf(shape) * inputs[0]!.shape.at(-1)!, 0);
}

describe("the arithmetic of a T5 forward pass", () => {
  it.each([
    { batch: 3, source: 17, target: 4 },
    { batch: 1, source: 5, target: 9 },
  ])("is what the traced program multiplies: $batch x ($source -> $target)", (size) => {
    const config = compactT5(64, 2, 100, 0);
    const program = trace((t) => ({ loss: t5Objective(t, config, size, false).loss }));
    expect(t5ForwardFlop(config, size)).toBe(countedFlop(program));
  });

  it("counts a multiplication and an addition for each of m k n terms", () => {
    expect(productFlop(2, 3, 5)).toBe(60);
  });
});
