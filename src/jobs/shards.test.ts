import { describe, expect, it } from "vitest";
import { UsageError } from "../base/errors.ts";
import { shardFrom, shareOf } from "./shards.ts";

describe("a share that is named", () => {
  it.each([
    ["3/8", {}, { index: 2, count: 8 }],
    ["1/1", {}, { index: 0, count: 1 }],
    ["auto/8", { JOB_COMPLETION_INDEX: "7" }, { index: 7, count: 8 }],
    ["auto", { JOB_COMPLETION_INDEX: "0", JOB_COMPLETION_COUNT: "4" }, { index: 0, count: 4 }],
    [
      "auto",
      { SLURM_ARRAY_TASK_ID: "5", SLURM_ARRAY_TASK_MIN: "1", SLURM_ARRAY_TASK_COUNT: "5" },
      { index: 4, count: 5 },
    ],
    ["auto", { SKYPILOT_NODE_RANK: "1", SKYPILOT_NUM_NODES: "2" }, { index: 1, count: 2 }],
  ])("%s is read with its variables", (shard, env, expected) => {
    expect(shardFrom({ shard }, env)).toEqual(expected);
  });

  it("is nothing without the option, whatever a scheduler set", () => {
    expect(shardFrom({}, { JOB_COMPLETION_INDEX: "1" })).toBeUndefined();
  });

  it.each([
    ["8", {}, "expected 3/8"],
    ["0/8", {}, "found share 0 of 8"],
    ["9/8", {}, "found share 9 of 8"],
    ["auto", {}, "found none of JOB_COMPLETION_INDEX (Kubernetes)"],
    ["auto", { JOB_COMPLETION_INDEX: "1" }, "Add the number: --shard auto/8"],
    ["auto/2", { JOB_COMPLETION_INDEX: "two" }, 'JOB_COMPLETION_INDEX holds "two"'],
    ["auto/2", { SLURM_ARRAY_TASK_ID: "5" }, "SLURM_ARRAY_TASK_ID=5: found share 6 of 2"],
  ])("%s is refused when it says none", (shard, env, words) => {
    const reading = () => shardFrom({ shard }, env);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(words);
  });
});

it("shares cover everything once, and differ by one at most", () => {
  const shares = Array.from({ length: 4 }, (_, index) => shareOf(10, { index, count: 4 }));
  expect(shares).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 5 },
    { from: 5, to: 7 },
    { from: 7, to: 10 },
  ]);
  expect(shareOf(1, { index: 0, count: 3 })).toEqual({ from: 0, to: 0 });
});
