import { expect, it } from "vitest";
import fc from "../../../test/support/fc.ts";
import { lengthBatches } from "./length-batches.ts";

it("puts long texts first, as many as the budget allows, padded to a multiple of 8", () => {
  // 20 -> 24 positions, 72 tokens allow 3 rows: 20, 17, 9. Then 8 -> 8 positions: 9 rows allowed, 3 texts left of 6.
  const batches = lengthBatches([3, 9, 20, 8, 17, 8], 72, 512);
  expect(batches).toEqual([
    { members: [2, 4, 1], rows: 3, length: 24 },
    { members: [3, 5, 0], rows: 6, length: 8 },
  ]);
});

it("never pads past the encoder's limit", () => {
  expect(lengthBatches([30, 29], 1000, 30).map(({ length }) => length)).toEqual([30]);
});

it("holds every text once, within the budget and its positions, whatever the lengths", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 512 }), { maxLength: 60 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 5000 }), (texts, budget) => {
      const batches = lengthBatches(texts, budget, 512);
      const members = batches.flatMap((batch) => batch.members);
      expect([...members].sort((a, b) => a - b)).toEqual(texts.map((_, i) => i));
      for (const { members: some, rows, length } of batches) {
        expect(some.length).toBeLessThanOrEqual(rows);
        expect(rows === 1 || rows * length <= budget).toBe(true);
        for (const member of some) expect(texts[member]).toBeLessThanOrEqual(length);
      }
    }),
  );
});

it("gives the texts of some batches the rows that these have in the whole", () => {
  const lengths = [8, 8, 8, 8, 8, 8, 8];
  const whole = lengthBatches(lengths, 24, 100);
  expect(whole.map(({ members, rows }) => [members.length, rows])).toEqual([
    [3, 3],
    [3, 3],
    [1, 3],
  ]);
  expect(lengthBatches([8], 24, 100, 7)).toEqual([{ members: [0], rows: 3, length: 8 }]);
  expect(lengthBatches([8], 24, 100)).toEqual([{ members: [0], rows: 1, length: 8 }]);
});
