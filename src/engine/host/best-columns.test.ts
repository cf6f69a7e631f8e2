import { describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { BestColumns } from "./best-columns.ts";

/** Best first, the lower column first among equals: what the lists must hold. */
function sorted(scores: Float32Array, k: number): { columns: number[]; scores: number[] } {
  const order = [...scores.keys()].filter((i) => scores[i]! > -Infinity);
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const best = order.slice(0, k);
  return { columns: best, scores: best.map((i) => scores[i]!) };
}

function listOf(best: BestColumns, row: number): { columns: number[]; scores: number[] } {
  const [scores, columns] = [new Float32Array(best.k), new Int32Array(best.k)];
  best.copyRow(row, scores, columns, 0);
  const filled = [...columns].filter((column) => column >= 0).length;
  return { columns: [...columns.subarray(0, filled)], scores: [...scores.subarray(0, filled)] };
}

describe("the best columns of rows", () => {
  it.each([
    { rows: 1, widths: [5], k: 3, threads: 1 },
    { rows: 40, widths: [64, 16, 1], k: 1, threads: 2 },
    { rows: 37, widths: [100, 100, 33], k: 10, threads: 2 },
    { rows: 70, widths: [500], k: 100, threads: 3 },
  ])("are those of a sort, for $rows rows in blocks of $widths columns on $threads threads", (shape) => {
    const { rows, widths, k, threads } = shape;
    const total = widths.reduce((sum, width) => sum + width, 0);
    const random = Random.of(7, "scores");
    // Few values, so that most are equal to some other.
    const scores = Float32Array.from({ length: rows * total }, () => random.below(40) / 8);
    const best = new BestColumns(rows, k, threads);
    let firstColumn = 0;
    for (const columns of widths) {
      // Longer rows than columns that count: what lies between must not be read.
      const stride = columns + 3;
      const data = new Float32Array(rows * stride).fill(99);
      for (let r = 0; r < rows; r++) {
        const from = r * total + firstColumn;
        data.set(scores.subarray(from, from + columns), r * stride);
      }
      best.add({ data, stride, rows, columns, firstColumn });
      firstColumn += columns;
    }
    for (let r = 0; r < rows; r++) {
      expect(listOf(best, r)).toEqual(sorted(scores.subarray(r * total, (r + 1) * total), k));
    }
  });

  it("leave out what is no number or minus infinity, and say so where fewer than k are left", () => {
    const best = new BestColumns(1, 3);
    const data = Float32Array.of(NaN, -1, -Infinity, 2);
    best.add({ data, stride: 4, rows: 1, columns: 4, firstColumn: 0 });
    const [scores, columns] = [new Float32Array(3), new Int32Array(3)];
    best.copyRow(0, scores, columns, 0);
    expect([...columns]).toEqual([3, 1, -1]);
    expect([...scores]).toEqual([2, -1, -Infinity]);
  });
});
