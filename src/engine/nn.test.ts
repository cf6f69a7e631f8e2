import { expect, it } from "vitest";
import { bpr, compile, gradients, softplus, sum, type Tensor, trace } from "./index.ts";

const POINTS = [-90, -3, -1e-3, 0, 1e-3, 3, 90];

async function valuesAndGradients(f: (x: Tensor) => Tensor, at: readonly number[]) {
  const program = trace((t) => {
    const x = t.input("x", [at.length]);
    const y = f(x);
    return { y, dx: gradients(sum(y), [x])[0]! };
  });
  const executable = await compile(program);
  const { y, dx } = await executable.run({ x: Float32Array.from(at) });
  await executable.dispose();
  return { y: y!, dx: dx! };
}

it("softplus is log(1 + exp(x)), and its gradient the sigmoid, at 0 as well", async () => {
  const { y, dx } = await valuesAndGradients(softplus, POINTS);
  for (const [i, x] of POINTS.entries()) {
    expect(y[i]).toBeCloseTo(Math.log1p(Math.exp(x)), 6);
    expect(dx[i]).toBeCloseTo(1 / (1 + Math.exp(-x)), 6);
  }
});

it("a pair that scores alike is pushed apart with half the weight by BPR", async () => {
  const { y, dx } = await valuesAndGradients(bpr, [0]);
  expect(y[0]).toBeCloseTo(Math.LN2, 6);
  expect(dx[0]).toBe(-0.5);
});
