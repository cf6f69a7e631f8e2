import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { Marks } from "./marks.ts";

test("leaves what every condition holds, whatever came first, and nothing that was dropped", () => {
  const random = Random.of(11);
  const some = (size: number) => Array.from({ length: size }, () => random.below(40));
  for (let round = 0; round < 50; round++) {
    const conditions = Array.from({ length: random.below(4) }, () => [some(15), some(15)]);
    const dropped = [some(4), new Set(some(4))];
    const marks = new Marks(40);
    for (const groups of conditions) marks.keep(groups);
    if (round % 2 === 0) marks.drop(dropped);
    const isLeft = (item: number) =>
      conditions.every((groups) => groups.some((group) => group.includes(item))) &&
      (round % 2 === 1 || dropped.every((group) => ![...group].includes(item))) &&
      item % 3 > 0;
    const expected = Array.from({ length: 40 }, (_, item) => item).filter(isLeft);
    expect([...marks.left((item) => item % 3 > 0)]).toEqual(expected);
  }
});

test("a condition that nothing fits leaves nothing, and none leaves all", () => {
  const marks = new Marks(3);
  marks.keep([]);
  expect(marks.left()).toHaveLength(0);
  expect([...new Marks(3).left()]).toEqual([0, 1, 2]);
});
