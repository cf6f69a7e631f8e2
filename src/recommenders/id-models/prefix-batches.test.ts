import { describe, expect, it } from "vitest";
import { trainingLists } from "../../data/index.ts";
import { PrefixBatches } from "./prefix-batches.ts";

const prefixes = trainingLists([
  Int32Array.of(0, 1, 2),
  Int32Array.of(3, 4, 0, 5, 1, 2, 7, 6),
  Int32Array.of(5),
  Int32Array.of(7, 3),
  Int32Array.of(2, 4),
]);
const data = { nUsers: 5, nItems: 8, prefixes, facts: {}, seed: 1 };
const batches = new PrefixBatches({ data, batch: 2, lengths: [2, 5], draws: 0 });

/** "items read > target" of every guess in a batch, from its feeds alone. */
function guesses(step: number): string[] {
  const { shape, feeds } = batches.at(step);
  const { history, length, places, target, weight } = feeds as Record<string, Int32Array>;
  const rows = shape.groups.flatMap((group) => Array.from({ length: group.rows }, () => group.length));
  return [...places!].flatMap((place, i) => {
    if (weight![i] === 0) return [];
    let [row, start] = [0, 0];
    while (place >= start + rows[row]!) start += rows[row++]!;
    const first = start + rows[row]! - length![row]!;
    return [`${history!.slice(first, place + 1).join(" ")} > ${target![i]}`];
  });
}

const epochOf = (epoch: number): string[] =>
  Array.from({ length: batches.perEpoch }, (_, i) => guesses(epoch * batches.perEpoch + i)).flat();

describe("training at every position", () => {
  it("makes every item after a user's first a target once an epoch; a long prefix is cut, its newest items whole", () => {
    const expected = ["0 1 > 2", "0 > 1", "2 > 4", "3 4 > 0", "3 > 4", "7 > 3"];
    const cut = ["0 5 1 2 7 > 6", "0 5 1 2 > 7", "0 5 1 > 2", "0 5 > 1", "0 > 5"];
    for (const epoch of [0, 1]) expect(epochOf(epoch).sort()).toEqual([...expected, ...cut].sort());
  });

  it("has one shape for all batches, and weights that add up to one in each", () => {
    const all = Array.from({ length: batches.perEpoch }, (_, step) => batches.at(step));
    expect(new Set(all.map(({ shape }) => JSON.stringify(shape))).size).toBe(1);
    for (const { feeds } of all) {
      expect((feeds.weight as Float32Array).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    }
  });

  it("draws by seed and step alone, in another order each epoch", () => {
    const again = new PrefixBatches({ data, batch: 2, lengths: [2, 5], draws: 0 });
    const late = 3 * again.perEpoch + 1;
    expect(again.at(late)).toEqual(batches.at(late));
    const orders = Array.from({ length: 6 }, (_, epoch) => epochOf(epoch).join());
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  it("draws items from the whole catalogue, others in every step", () => {
    const drawing = new PrefixBatches({ data, batch: 2, lengths: [2, 5], draws: 100 });
    const drawn = drawing.at(0).feeds.drawn as Int32Array;
    expect(drawn).toHaveLength(100);
    expect(new Set(drawn).size).toBe(data.nItems);
    expect(drawing.at(drawing.perEpoch).feeds.drawn).not.toEqual(drawn);
  });
});
