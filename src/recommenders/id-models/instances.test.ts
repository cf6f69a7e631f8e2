import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import { historyFeeds, lengthBuckets } from "./histories.ts";
import { InstanceBatches, itemsBefore } from "./instances.ts";

const prefixes = trainingLists([Int32Array.of(0, 1, 2), Int32Array.of(3, 4, 0, 5, 1, 2), Int32Array.of(5)]);
const data = { nUsers: 3, nItems: 8, prefixes, facts: {}, seed: 1 };
const history = { lengths: lengthBuckets(5), padding: "right" as const, read: itemsBefore };

const epochOf = (batches: InstanceBatches, epoch: number) =>
  Array.from({ length: batches.perEpoch }, (_, i) => batches.at(epoch * batches.perEpoch + i));

describe("training instances", () => {
  it("are drawn by weight where items weigh, as many as there are", () => {
    const weights = prefixes.map((prefix) => Float64Array.from(prefix, (item) => (item === 5 ? 2 : 0.5)));
    const batches = new InstanceBatches({ data: { ...data, weights }, batch: 4, firstTarget: 0, negatives: 0 });
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 2000; epoch++) {
      for (const { feeds } of epochOf(batches, epoch)) {
        const { user, target, weight } = feeds as Record<string, Int32Array>;
        target!.forEach((item, row) => {
          if (weight![row] === 0) return;
          counts.set(`${user![row]}: ${item}`, (counts.get(`${user![row]}: ${item}`) ?? 0) + 1);
        });
      }
    }
    // Ten instances an epoch: eight weigh .5 and two weigh 2, of 8 together.
    expect([...counts.values()].reduce((a, b) => a + b)).toBe(2000 * 10);
    expect(counts.get("2: 5")! / 2000).toBeCloseTo((10 * 2) / 8, 1);
    expect(counts.get("0: 1")! / 2000).toBeCloseTo((10 * 0.5) / 8, 1);
  });

  it("hold every training item but the first of each user as a target once an epoch, after the items before it", () => {
    const batches = new InstanceBatches({ data, batch: 4, firstTarget: 1, negatives: 0, history });
    for (const epoch of [0, 1]) {
      const seen: string[] = [];
      for (const { shape, feeds } of epochOf(batches, epoch)) {
        const { user, target, weight, history: slots, length } = feeds as Record<string, Int32Array>;
        expect(weight!.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
        let slot = 0;
        const starts = shape.groups.flatMap(({ rows, length: slots }) =>
          Array.from({ length: rows }, () => {
            slot += slots;
            return slot - slots;
          }),
        );
        target!.forEach((item, row) => {
          if (weight![row] === 0) return;
          const before = slots!.slice(starts[row]!, starts[row]! + length![row]!);
          seen.push(`${user![row]}: ${before.join(" ")} > ${item}`);
        });
      }
      expect(seen.sort()).toEqual([
        "0: 0 1 > 2",
        "0: 0 > 1",
        "1: 3 4 0 5 1 > 2",
        "1: 3 4 0 5 > 1",
        "1: 3 4 0 > 5",
        "1: 3 4 > 0",
        "1: 3 > 4",
      ]);
    }
  });

  it("take equally many rows of each length in every batch, so that one program serves all", () => {
    const batches = new InstanceBatches({ data, batch: 3, firstTarget: 1, negatives: 0, history });
    const shapes = new Set(epochOf(batches, 0).map(({ shape }) => JSON.stringify(shape)));
    // Six histories of up to four items and one of five, in three batches.
    expect([...shapes]).toEqual([
      JSON.stringify({
        rows: 4,
        groups: [
          { rows: 3, length: 4 },
          { rows: 1, length: 5 },
        ],
      }),
    ]);
  });

  it("are equal for equal steps and in another order in another epoch", () => {
    const make = () => new InstanceBatches({ data, batch: 2, firstTarget: 0, negatives: 3 });
    expect(epochOf(make(), 1)).toEqual(epochOf(make(), 1));
    expect(epochOf(make(), 0)).not.toEqual(epochOf(make(), 1));
  });

  it("never draw a negative from the user's training prefix, and draw everything else", () => {
    const batches = new InstanceBatches({ data, batch: 4, firstTarget: 0, negatives: 40 });
    const drawn = prefixes.map(() => new Set<number>());
    for (const { feeds } of epochOf(batches, 0)) {
      (feeds.negative as Int32Array).forEach((item, i) => {
        drawn[(feeds.user as Int32Array)[Math.floor(i / 40)]!]!.add(item);
      });
    }
    prefixes.forEach((own, user) => {
      const others = [...Array(8).keys()].filter((item) => !own.includes(item));
      expect([...drawn[user]!].sort()).toEqual(others);
    });
  });

  it("give who owns everything some item instead of searching for ever", () => {
    expect(Random.of(1).outside(new Set([0, 1]), 2)).toBeLessThan(2);
  });
});

describe("history slots", () => {
  const items = [Int32Array.of(4, 5, 6), Int32Array.of(7)];

  it("keep the newest items, pads after them on the right", () => {
    const { history: slots, length, last } = historyFeeds(items, { length: 2, padding: "right", pad: 9 });
    expect([...slots]).toEqual([5, 6, 7, 9]);
    expect([...length]).toEqual([2, 1]);
    expect([...last]).toEqual([1, 2]);
  });

  it("end with the newest item when padded on the left", () => {
    const { history: slots, last } = historyFeeds(items, { length: 2, padding: "left", pad: 9 });
    expect([...slots]).toEqual([5, 6, 9, 7]);
    expect([...last]).toEqual([1, 3]);
  });

  it("make room for a token after the newest item", () => {
    const form = { length: 3, padding: "right", pad: 9, token: 8 } as const;
    const { history: slots, length, last } = historyFeeds(items, form);
    expect([...slots]).toEqual([5, 6, 8, 7, 8, 9]);
    expect([...length]).toEqual([3, 2]);
    expect([...last]).toEqual([2, 4]);
  });
});
