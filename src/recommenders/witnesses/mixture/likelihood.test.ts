import { expect, test } from "vitest";
import { Random } from "../../../base/random.ts";
import { type Choice, negativeLogLikelihood } from "./likelihood.ts";
import { minimise } from "./minimise.ts";
import { PART, PARTS } from "./weights.ts";

function drawChoice(random: Random, items: number, terms: number): Choice {
  return {
    values: random.normals(items * terms),
    count: random.normals(items),
    cold: Uint8Array.from({ length: items }, () => random.below(2)),
    represents: Float32Array.from({ length: items }, (_, i) => (i === 0 ? 0 : random.uniform())),
    length: random.below(3),
    candidates: random.uniform(),
    weight: 0.5 + random.uniform(),
  };
}

test("the gradient is that of finite differences", () => {
  const random = Random.of(4, "choices");
  const terms = 3;
  const choices = Array.from({ length: 12 }, () => drawChoice(random, 9, terms));
  const centre = Float64Array.from(random.normals(terms * PARTS));
  const loss = negativeLogLikelihood(choices, terms, { centre, variance: centre.map((x) => 1 + x * x) });
  const at = Float64Array.from(random.normals(terms * PARTS));
  const gradient = new Float64Array(at.length);
  loss(at, gradient);
  const step = 1e-5;
  at.forEach((value, i) => {
    const moved = (to: number) => loss(at.with(i, to), new Float64Array(at.length));
    expect(gradient[i]).toBeCloseTo((moved(value + step) - moved(value - step)) / (2 * step), 6);
  });
});

test("weights that made the choices are found again", () => {
  const random = Random.of(5, "found again");
  const truth = [1.5, -0.7];
  const choices = Array.from({ length: 4000 }, () => {
    const items = 8;
    const values = random.normals(items * 2);
    const scores = Array.from({ length: items }, (_, i) => truth[0]! * values[2 * i]! + truth[1]! * values[2 * i + 1]!);
    const gumbel = () => -Math.log(-Math.log(random.uniform() || 1e-12));
    const noisy = scores.map((score) => score + gumbel());
    const best = noisy.indexOf(Math.max(...noisy));
    const order = [best, ...scores.keys()].filter((item, at) => at === 0 || item !== best);
    const sorted = Float32Array.from(order.flatMap((item) => [values[2 * item]!, values[2 * item + 1]!]));
    const flat = { count: new Float32Array(items), cold: new Uint8Array(items), represents: new Float32Array(items) };
    return { ...flat, values: sorted, length: 0, candidates: 0, weight: 1 };
  });
  const { at } = minimise(negativeLogLikelihood(choices, 2), new Float64Array(2 * PARTS));
  const weightOf = (term: number): number => at[term * PARTS + PART.common]! + at[term * PARTS + PART.length]!;
  expect(Math.abs(weightOf(0) - truth[0]!)).toBeLessThan(0.1);
  expect(Math.abs(weightOf(1) - truth[1]!)).toBeLessThan(0.1);
});
