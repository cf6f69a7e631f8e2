import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import { followingItems, NEIGHBOUR_OPTIONS, neighbourWitness } from "./neighbours.ts";

const options = { ...NEIGHBOUR_OPTIONS, window: 2, distanceDecay: 0.5, backwards: 0.25, discount: 0.5 };

const row = ({ offsets, indices, values }: ReturnType<typeof followingItems>, item: number) =>
  new Map(
    Array.from(indices.subarray(offsets[item]!, offsets[item + 1]!), (other, i) => [
      other,
      values[offsets[item]! + i]!,
    ]),
  );

test("a pair counts by its distance and its order, over the square roots of both counts", () => {
  const following = followingItems(trainingLists([Int32Array.of(0, 1, 2, 3)]), 4, options);
  expect([...row(following, 0)]).toEqual([
    [1, 1],
    [2, 0.5],
  ]);
  expect([...row(following, 2)]).toEqual([
    [3, 1],
    [1, 0.25],
    [0, 0.125],
  ]);
});

test("is what counting all pairs one by one gives", () => {
  const random = Random.of(3, "histories");
  const prefixes = trainingLists(
    Array.from({ length: 40 }, () =>
      random.shuffle(Int32Array.from({ length: 12 }, (_, i) => i)).slice(0, 2 + random.below(9)),
    ),
  );
  const following = followingItems(prefixes, 12, options);
  for (let from = 0; from < 12; from++) {
    const found = row(following, from);
    for (let to = 0; to < 12; to++) {
      let sum = 0;
      let [ofFrom, ofTo] = [0, 0];
      for (const prefix of prefixes) {
        const [a, b] = [prefix.indexOf(from), prefix.indexOf(to)];
        if (a >= 0) ofFrom++;
        if (b >= 0) ofTo++;
        const distance = Math.abs(a - b);
        if (a < 0 || b < 0 || distance === 0 || distance > 2) continue;
        sum += (b > a ? 1 : 0.25) * 0.5 ** (distance - 1);
      }
      expect(found.get(to) ?? 0).toBeCloseTo(sum / Math.sqrt(ofFrom * ofTo || 1), 5);
    }
  }
});

test("names an item once, however old the items of the history are that speak for it", () => {
  // Each of 600 items is followed by the next one: of the oldest, weights are too small for single precision.
  const nItems = 601;
  const chain = Int32Array.from({ length: nItems }, (_, item) => item);
  const following = followingItems(trainingLists([chain]), nItems, options);
  const { voice } = neighbourWitness(following, NEIGHBOUR_OPTIONS);
  if (voice.kind !== "few") throw new Error(`a voice of kind ${voice.kind}`);
  const { items, values, size } = voice.of({ userIndex: undefined, history: chain.slice(0, -1) });
  const named = [...items.subarray(0, size)];
  expect(named.length).toBe(new Set(named).size);
  expect(named).toContain(600);
  expect(Math.min(...values.subarray(0, size))).toBeGreaterThan(0);
});

test("says nothing after a history without neighbours, and names the items that speak", async () => {
  const prefixes = trainingLists([Int32Array.of(0, 1), Int32Array.of(2, 1)]);
  const witness = neighbourWitness(followingItems(prefixes, 4, options), options);
  const [lonely, known] = await witness.testify([
    { userIndex: undefined, history: Int32Array.of(3) },
    { userIndex: undefined, history: Int32Array.of(2, 0) },
  ]);
  expect([...lonely!]).toEqual([0, 0, 0, 0]);
  expect(known![1]).toBeGreaterThan(0);
  const behind = await witness.behind!({ userIndex: undefined, history: Int32Array.of(2, 0) }, 1);
  expect(behind.map(({ index }) => index)).toEqual([0, 2]);
});
