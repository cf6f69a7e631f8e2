import { describe, expect, it } from "vitest";
import type { Dataset } from "./dataset.ts";
import { wholeSequences } from "./lists.ts";
import { datasetStatistics, median } from "./statistics.ts";

/** A dataset in memory; only what the statistics read. */
function datasetOf(sequences: readonly number[][], nItems: number): Dataset {
  return {
    directory: "memory",
    hash: "",
    manifest: {
      format: 1,
      kind: "dataset",
      name: "memory",
      productVersion: "0.0.0",
      domain: "thing",
      inputs: [],
      options: {},
      seed: 1,
      counts: { users: sequences.length, items: nItems, interactions: 0 },
    },
    users: sequences.map((_, u) => `u${u}`),
    items: Array.from({ length: nItems }, (_, k) => ({
      itemId: `i${k}`,
      sourceNumber: k + 1,
      ...(k === 0 && { title: "first" }),
    })),
    sequences: wholeSequences(sequences.map((sequence) => Int32Array.from(sequence))),
  };
}

describe("datasetStatistics", () => {
  it("counts a shop worked by hand", () => {
    const figures = datasetStatistics(
      datasetOf(
        [
          [0, 1, 2, 3, 4],
          [0, 1, 5],
          [1, 0, 2, 3],
        ],
        6,
      ),
    );
    // Training prefixes: 0 1 2 | 0 | 1 0; test 4, 5, 3 never train; valid 3 (cold), 1, 2.
    expect(figures).toMatchObject({
      users: 3,
      items: 6,
      interactions: 12,
      densityPercent: (100 * 12) / 18,
      sequenceLength: { min: 3, median: 4, mean: 4, max: 5 },
      usersWith5: 1,
      usersWithOver20: 0,
      interactionsPerItem: { min: 1, mean: 2, max: 3 },
      trainingEdges: 6,
      coldTestTargets: 3,
      coldValidTargets: 1,
      itemsWithField: { title: 1, brand: 0 },
    });
  });
});

it("takes the mean of the middle two as median", () => {
  expect(median([1, 2, 4, 9])).toBe(3);
  expect(median([1, 2, 4])).toBe(2);
  expect(median([])).toBe(0);
});
