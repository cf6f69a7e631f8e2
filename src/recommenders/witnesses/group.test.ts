import { expect, test } from "vitest";
import { trainingLists } from "../../data/index.ts";
import { groupWitness } from "./group.ts";

// Six users; the two most similar of user 0 are 1 and 2.
const prefixes = trainingLists([[0], [1, 2], [1], [2], [2], [2]].map((items) => Int32Array.from(items)));
const counts = Int32Array.of(1, 2, 4, 0);
const similar = {
  k: 2,
  neighbours: Int32Array.of(1, 2, 0, 2, 0, 1, 4, 5, 3, 5, 3, 4),
  cosines: new Float32Array(12).fill(0.5),
};
const witness = groupWitness(similar, prefixes, counts);

test("speaks for what similar users hold more often than all do, against what they hold less often", async () => {
  const [said] = await witness.testify([{ userIndex: 0, history: Int32Array.of(0) }]);
  // Item 1: 2 of 2 where 2 * 2 / 6 are expected; item 2: 1 where 4 * 2 / 6 are; item 3: nobody has it.
  expect(said![1]).toBeCloseTo(Math.log(2.5 / (4 / 6 + 0.5)), 5);
  expect(said![2]).toBeCloseTo(Math.log(1.5 / (8 / 6 + 0.5)), 5);
  expect(said![2]).toBeLessThan(0);
  expect(said![3]).toBeCloseTo(0, 6);
});

test("two questions do not hear each other's neighbours", async () => {
  const alone = await witness.testify([{ userIndex: 3, history: Int32Array.of(2) }]);
  const [, later] = await witness.testify([0, 3].map((userIndex) => ({ userIndex, history: Int32Array.of(2) })));
  expect(later).toEqual(alone[0]);
});

test("knows nothing of somebody new, and names who holds an item", async () => {
  const [said] = await witness.testify([{ userIndex: undefined, history: Int32Array.of(0) }]);
  expect([...said!]).toEqual([0, 0, 0, 0]);
  expect(await witness.behind!({ userIndex: 0, history: Int32Array.of(0) }, 2)).toEqual([
    { kind: "user", index: 1, strength: 0.5 },
  ]);
});
