import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../base/errors.ts";
import type { SparseRows } from "../base/matrix.ts";
import { RELATION_NORMALISATIONS, relationMatrix } from "./user-graph.ts";

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

// 0 -> 1, 1 -> 0, 2 -> 0, 3 -> 2: users 0 and 1 choose each other; nobody chooses 3.
const chain = { rows: 4, k: 1, neighbours: Int32Array.of(1, 0, 0, 2) };
const h = Math.SQRT1_2;

describe("relation matrix, worked by hand", () => {
  it("row: the mean over the neighbours", () => {
    close(dense(relationMatrix({ rows: 3, k: 2, neighbours: Int32Array.of(2, 1, 0, 2, 1, 0) })), [
      [0, 0.5, 0.5],
      [0.5, 0, 0.5],
      [0.5, 0.5, 0],
    ]);
  });

  it("union: an edge in either direction counts, degrees 2, 1, 2, 1", () => {
    close(dense(relationMatrix(chain, "union")), [
      [0, h, 0.5, 0],
      [h, 0, 0, 0],
      [0.5, 0, 0, h],
      [0, 0, h, 0],
    ]);
  });

  it("mutual: an edge in both directions counts, the others keep themselves", () => {
    close(dense(relationMatrix(chain, "mutual")), [
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
  });

  it("rowcol: 1 / sqrt(k * in-degree), user 0 has in-degree 2", () => {
    close(dense(relationMatrix(chain, "rowcol")), [
      [0, 1, 0, 0],
      [h, 0, 0, 0],
      [h, 0, 0, 0],
      [0, 0, 1, 0],
    ]);
  });
});

describe("relation matrix, any graph", () => {
  const graphs = fc
    .tuple(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.infiniteStream(fc.nat()))
    .map(([rows, pick, draws]) => {
      const k = 1 + (pick % (rows - 1));
      const lists = Array.from({ length: rows }, (_, user) => {
        const others = [...Array(rows).keys()].filter((other) => other !== user);
        return Array.from({ length: k }, () => others.splice((draws.next().value as number) % others.length, 1)[0]!);
      });
      return { rows, k, neighbours: Int32Array.from(lists.flat()) };
    });

  it("matches the dense formulas", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { rows, k, neighbours } = graph;
        const r = Array.from({ length: rows }, (_, u) =>
          Array.from({ length: rows }, (_, v) => Number(neighbours.subarray(u * k, (u + 1) * k).includes(v))),
        );
        const inDegree = (v: number) => r.reduce((sum, line) => sum + line[v]!, 0);
        const combine = (join: (a: number, b: number) => number, loop: number) => {
          const a: number[][] = r.map((line, u) => line.map((value, v) => join(value, r[v]![u]!)));
          a.forEach((line, u) => {
            if (!line.some((value) => value !== 0)) line[u] = loop;
          });
          const degree = a.map((line) => line.reduce((sum, value) => sum + value, 0));
          return a.map((line, u) =>
            line.map((value, v) => (value === 0 ? 0 : value / Math.sqrt(degree[u]! * degree[v]!))),
          );
        };
        const expected = {
          row: r.map((line) => line.map((value) => value / k)),
          rowcol: r.map((line) => line.map((value, v) => (value === 0 ? 0 : 1 / Math.sqrt(k * inDegree(v))))),
          union: combine(Math.max, 0),
          mutual: combine(Math.min, 1),
        };
        for (const kind of RELATION_NORMALISATIONS) {
          const found = relationMatrix(graph, kind);
          close(dense(found), expected[kind]);
          for (let u = 0; u < rows; u++) {
            const columns = [...found.indices.subarray(found.offsets[u], found.offsets[u + 1])];
            expect(columns).toEqual([...new Set(columns)].sort((a, b) => a - b));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("has k entries in each row and no self for `row`", () => {
    const { offsets } = relationMatrix(chain);
    expect([...offsets]).toEqual([0, 1, 2, 3, 4]);
  });

  it("refuses neighbours that are no users", () => {
    expect(() => relationMatrix({ rows: 2, k: 1, neighbours: Int32Array.of(1, 2) })).toThrow(UsageError);
    expect(() => relationMatrix({ rows: 2, k: 1, neighbours: Int32Array.of(1) })).toThrow(/1 neighbours for 2 users/);
  });
});
