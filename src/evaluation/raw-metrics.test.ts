import { expect, it } from "vitest";
import { RawTally } from "./raw-metrics.ts";

// Worked by hand after ELMRec's util/utils.py (evaluate_hr, evaluate_ndcg).
it("counts every copy of the target as a hit and divides NDCG by the ideal of as many copies", () => {
  const tally = new RawTally();
  tally.add([9, 7, 7, 1, 2, 7], 7);
  const gain = 1 / Math.log2(3) + 1 / Math.log2(4);
  expect(tally.metrics["HR@1"]).toBe(0);
  expect(tally.metrics["HR@5"]).toBe(2);
  expect(tally.metrics["NDCG@5"]).toBeCloseTo(gain / (1 + 1 / Math.log2(3)), 12);
  expect(tally.metrics["HR@10"]).toBe(3);
  expect(tally.metrics["NDCG@10"]).toBeCloseTo(
    (gain + 1 / Math.log2(7)) / (1 + 1 / Math.log2(3) + 1 / Math.log2(4)),
    12,
  );
  expect(tally.repeatedLists).toBe(1);
});

it("equals the usual metrics for lists without repeats, and counts users without a hit", () => {
  const tally = new RawTally();
  tally.add([3, 7, 1], 7);
  tally.add([3, 4, 1], 7);
  expect(tally.metrics).toMatchObject({ "HR@1": 0, "HR@5": 0.5, "HR@10": 0.5 });
  expect(tally.metrics["NDCG@10"]).toBeCloseTo(0.5 / Math.log2(3), 12);
  expect(tally.repeatedLists).toBe(0);
});
