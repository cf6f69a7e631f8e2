import { expect, test } from "vitest";
import { drawSome } from "./draw-some.ts";
import { Random } from "./random.ts";

const isEven = (number: number) => number % 2 === 0;

test("draws as many different open numbers as are wanted, the same for the same stream", () => {
  const asked = { bound: 10_000, isOpen: isEven, open: 5000, count: 100 };
  const drawn = drawSome(Random.of(7, "some"), asked);
  expect(new Set(drawn).size).toBe(100);
  expect(drawn.every(isEven)).toBe(true);
  expect(drawSome(Random.of(7, "some"), asked)).toEqual(drawn);
  expect(drawSome(Random.of(8, "some"), asked)).not.toEqual(drawn);
});

test("looks at few of very many", () => {
  let looks = 0;
  const isOpen = (number: number) => ++looks > 0 && number !== 3;
  const drawn = drawSome(Random.of(1), { bound: 1_000_000, isOpen, open: 999_999, count: 100 });
  expect(drawn).toHaveLength(100);
  expect(looks).toBeLessThan(110);
});

test("takes all that are open where no more are, in an order that is drawn", () => {
  const drawn = drawSome(Random.of(1), { bound: 10, isOpen: isEven, open: 5, count: 8 });
  expect(drawn).toEqual(Random.of(1).shuffle(Int32Array.of(0, 2, 4, 6, 8)));
});

test("each is drawn as often as every other", () => {
  const counts = new Float64Array(10);
  const random = Random.of(5);
  const rounds = 9000;
  for (let round = 0; round < rounds; round++)
    for (const number of drawSome(random, { bound: 10, isOpen: (one) => one > 0, open: 9, count: 3 }))
      counts[number]!++;
  expect(counts[0]).toBe(0);
  // Binomial: a third of the rounds each, five standard deviations.
  for (const count of counts.subarray(1))
    expect(Math.abs(count - rounds / 3)).toBeLessThan(5 * Math.sqrt((rounds * 2) / 9));
});
