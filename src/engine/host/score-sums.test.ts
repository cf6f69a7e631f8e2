import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { ScoreSums } from "./score-sums.ts";

const random = Random.of(9, "scores");
const SIZES = [1, 4, 7, 33, 500];

function example(nItems: number) {
  const [first, second] = [random.normals(nItems), random.normals(nItems)];
  const sums = new ScoreSums(first, second, 3);
  const rows = random.normals(3 * nItems);
  sums.rows.set(rows);
  sums.total.fill(0.5);
  sums.add(2, { common: 2, byFirst: -1, bySecond: 0.25 });
  const expected = Float32Array.from(
    first,
    (a, item) => 0.5 + (2 - a + 0.25 * second[item]!) * rows[2 * nItems + item]!,
  );
  return { sums, rows, first, second, expected };
}

/** Places by score, the highest first. */
const ordered = (scores: Float32Array) => [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b);

test.each(SIZES)("sums weighed rows of %i items, and leaves the rows as they are", (nItems) => {
  const { sums, rows, expected } = example(nItems);
  expected.forEach((score, item) => {
    expect(sums.total[item]).toBeCloseTo(score, 5);
  });
  expect([...sums.rows]).toEqual([...rows]);
});

test.each(SIZES)("finds the best of %i items, never one at minus infinity", (nItems) => {
  const { sums } = example(nItems);
  const hidden = ordered(sums.total)[0]!;
  sums.total[hidden] = Number.NEGATIVE_INFINITY;
  const { places, scores } = sums.best(20);
  const rest = ordered(sums.total).filter((place) => place !== hidden);
  expect([...places]).toEqual(rest.slice(0, 20));
  expect([...scores]).toEqual([...places].map((place) => sums.total[place]!));
});

test("of equal scores the lower place stays ahead", () => {
  const { sums } = example(40);
  sums.total.fill(1);
  expect([...sums.best(3).places]).toEqual([0, 1, 2]);
});

test.each(SIZES)("names whoever of %i items may still be among the best once a number from 0 to 1 counts", (nItems) => {
  const { sums, first, second } = example(nItems);
  const weight = { common: 0.3, byFirst: 0.2, bySecond: -0.1 };
  for (const count of [1, 5]) {
    const possible = new Set(sums.possible(count, weight));
    for (let round = 0; round < 20; round++) {
      const scores = sums.total.map((score, item) => {
        const x = [0, 1, random.uniform()][random.below(3)]!;
        return score + (0.3 + 0.2 * first[item]! - 0.1 * second[item]!) * x;
      });
      for (const place of ordered(scores).slice(0, count)) expect(possible).toContain(place);
    }
    if (nItems === 500) expect(possible.size).toBeLessThan(300);
  }
});
