import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { CancelledError, UsageError } from "../base/errors.ts";
import { cosine, type Matrix, matrix, normaliseRows, row } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { multiplyTransposed } from "./blocked-matmul.ts";
import { SIMILAR_BLOCK, similarRows, similarUsers } from "./similar-users.ts";

/** All other rows by cosine, ties by index. */
function bruteForce(m: Matrix, user: number, k: number): number[] {
  const score = (other: number) => cosine(row(m, user), row(m, other));
  return [...Array(m.rows).keys()]
    .filter((other) => other !== user)
    .sort((a, b) => score(b) - score(a) || a - b)
    .slice(0, k);
}

describe("similar users", () => {
  it("are those of brute force, whatever the number of tiles", async () => {
    // 700 rows need two blocks of rows.
    const m = matrix(700, 8, Random.of(5).normals(700 * 8));
    const { neighbours, cosines } = await similarUsers(m, 20);
    for (let user = 0; user < 700; user += 13) {
      const ids = [...neighbours.subarray(user * 20, (user + 1) * 20)];
      expect(ids).toEqual(bruteForce(m, user, 20));
      for (const [j, other] of ids.entries()) {
        expect(cosines[user * 20 + j]).toBeCloseTo(cosine(row(m, user), row(m, other)), 5);
      }
    }
  });

  it("keep ties in index order and never contain the user", async () => {
    // Signs only, four numbers: every row has length 2, so all cosines are exact and most are tied.
    const signs = fc.array(fc.constantFrom(-1, 1), { minLength: 4, maxLength: 4 });
    const inputs = fc.tuple(fc.array(signs, { minLength: 3, maxLength: 12 }), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(inputs, async ([rows, pick]) => {
        const m = matrix(rows.length, 4, Float32Array.from(rows.flat()));
        const k = 1 + (pick % (rows.length - 1));
        const { neighbours } = await similarUsers(m, k);
        for (let user = 0; user < rows.length; user++) {
          expect([...neighbours.subarray(user * k, (user + 1) * k)]).toEqual(bruteForce(m, user, k));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("keep ties in index order across blocks of columns", async () => {
    const n = 9000;
    const m = matrix(n, 2);
    for (let r = 0; r < n; r++) m.data[r * 2 + (r % 2)] = 1 + (r % 3);
    const { neighbours } = await similarUsers(m, 3);
    expect([...neighbours.subarray(0, 3)]).toEqual([2, 4, 6]);
    expect([...neighbours.subarray((n - 1) * 3)]).toEqual([1, 3, 5]);
  });

  it("of a user without any words are the first users, with cosine 0", async () => {
    const m = matrix(4, 2, Float32Array.of(1, 0, 0, 1, 0, 0, 1, 1));
    const { neighbours, cosines } = await similarUsers(m, 2);
    expect([...neighbours.subarray(4, 6)]).toEqual([0, 1]);
    expect([...cosines.subarray(4, 6)]).toEqual([0, 0]);
  });

  it("need k below the number of users", async () => {
    const m = matrix(3, 2, Random.of(1).normals(6));
    await expect(similarUsers(m, 3)).rejects.toThrow(UsageError);
    await expect(similarUsers(m, 0)).rejects.toThrow(/expected 1 to 2/);
  });

  it("report progress up to the last user and stop on a signal", async () => {
    const m = matrix(600, 4, Random.of(2).normals(2400));
    const done: number[] = [];
    await similarUsers(m, 2, { report: (event) => event.kind === "step" && done.push(event.done) });
    expect(done.at(-1)).toBe(600);
    await expect(similarUsers(m, 2, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });
});

describe("blocked product", () => {
  it("equals the sums of products for sizes that do not fill their blocks", async () => {
    const random = Random.of(3);
    const [a, b] = [matrix(515, 3, random.normals(515 * 3)), matrix(5, 3, random.normals(15))];
    const product = await multiplyTransposed(a, b);
    for (let r = 0; r < 515; r++) {
      for (let c = 0; c < 5; c++) {
        const expected = row(a, r).reduce((sum, value, d) => sum + value * b.data[c * 3 + d]!, 0);
        expect(product.data[r * 5 + c]).toBeCloseTo(expected, 5);
      }
    }
    expect((await multiplyTransposed(matrix(0, 3), b)).data).toHaveLength(0);
  });
});

describe("similar rows", () => {
  it("of blocks of users are those of the whole search, to the last bit", async () => {
    // Wider than a step of the kernels, and a last block that is not full.
    const m = matrix(1300, 160, Random.of(4).normals(1300 * 160));
    const whole = await similarUsers(m, 7);
    const unit = normaliseRows(m);
    const bounds = [0, SIMILAR_BLOCK, 2 * SIMILAR_BLOCK, 1300];
    const parts = [];
    for (const [i, from] of bounds.slice(0, -1).entries())
      parts.push(await similarRows(unit, 7, { from, to: bounds[i + 1]! }, { threads: 1 }));
    expect(parts.flatMap(({ neighbours }) => [...neighbours])).toEqual([...whole.neighbours]);
    expect(parts.flatMap(({ cosines }) => [...cosines])).toEqual([...whole.cosines]);
  });
});
