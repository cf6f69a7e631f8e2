import { describe, expect, it } from "vitest";
import { UsageError } from "../base/errors.ts";
import type { SparseRows } from "../base/matrix.ts";
import { relationMatrix } from "./user-graph.ts";

function dense({ rows, columns, offsets, indices, values }: SparseRows): number[][] {
  return Array.from({ length: rows }, (_, r) => {
    const line = new Array<number>(columns).fill(0);
    for (let k = offsets[r]!; k < offsets[r + 1]!; k++) line[indices[k]!]! += values[k]!;
    return line;
  });
}

const close = (found: number[][], expected: number[][]) => {
  for (const [r, line] of expected.entries()) {
    for (const [c, value] of line.entries()) expect(found[r]![c], `entry ${r}, ${c}`).toBeCloseTo(value, 6);
  }
};

describe("relation matrix", () => {
  it("is the mean over the neighbours, worked by hand", () => {
    const relation = relationMatrix({ rows: 3, k: 2, neighbours: Int32Array.of(2, 1, 0, 2, 1, 0) });
    close(dense(relation), [
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ]);
    expect([...relation.offsets]).toEqual([0, 2, 4, 6]);
    expect([...relation.indices]).toEqual([1, 2, 0, 2, 0, 1]);
  });

  it("counts a user besides the neighbours where that is asked for, worked by hand", () => {
    const relation = relationMatrix({ rows: 3, k: 1, neighbours: Int32Array.of(2, 0, 1) }, "besides");
    close(dense(relation), [
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
    ]);
    expect([...relation.indices]).toEqual([0, 2, 0, 1, 1, 2]);
  });

  it("counts a user as one of the k where that is asked for, and leaves out the least similar", () => {
    const relation = relationMatrix({ rows: 3, k: 2, neighbours: Int32Array.of(2, 1, 0, 2, 1, 0) }, "among");
    close(dense(relation), [
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
    ]);
    const alone = relationMatrix({ rows: 2, k: 1, neighbours: Int32Array.of(1, 0) }, "among");
    close(dense(alone), [
      [1, 0],
      [0, 1],
    ]);
  });

  it("refuses neighbours that are no users", () => {
    expect(() => relationMatrix({ rows: 2, k: 1, neighbours: Int32Array.of(1, 2) })).toThrow(UsageError);
    expect(() => relationMatrix({ rows: 2, k: 1, neighbours: Int32Array.of(1) })).toThrow(/1 neighbours for 2 users/);
  });
});
