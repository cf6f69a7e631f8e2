import { expect, test } from "vitest";
import { minimise } from "./minimise.ts";

test("finds the lowest point of a bowl in few steps", () => {
  const scales = [1, 10, 100];
  const bowl = (x: Float64Array, gradient: Float64Array): number => {
    let value = 0;
    scales.forEach((scale, i) => {
      value += (scale * (x[i]! - i) ** 2) / 2;
      gradient[i] = scale * (x[i]! - i);
    });
    return value;
  };
  const { at, iterations } = minimise(bowl, new Float64Array(3).fill(5), { tolerance: 1e-14 });
  for (const [i, x] of at.entries()) expect(x).toBeCloseTo(i, 5);
  expect(iterations).toBeLessThan(40);
});

test("follows a bent valley to its end", () => {
  const rosenbrock = (x: Float64Array, gradient: Float64Array): number => {
    const [a, b] = [x[0]!, x[1]!];
    gradient[0] = -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[1] = 200 * (b - a * a);
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  };
  const { at } = minimise(rosenbrock, Float64Array.of(-1.2, 1), { iterations: 500, tolerance: 0 });
  expect(at[0]).toBeCloseTo(1, 4);
  expect(at[1]).toBeCloseTo(1, 4);
});

test("stays where nothing is to be gained", () => {
  const flat = (_: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    return 3;
  };
  expect(minimise(flat, Float64Array.of(1, 2))).toEqual({ at: Float64Array.of(1, 2), value: 3, iterations: 0 });
});
