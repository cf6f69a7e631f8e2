import { describe, expect, it } from "vitest";
import { missingPackage } from "../../test/support/optional-package.ts";
import { CancelledError, UsageError } from "../base/errors.ts";
import { matrix } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { approximateSimilarUsers } from "./approximate-similar-users.ts";
import { similarUsers } from "./similar-users.ts";

const reason = missingPackage("usearch");

/** Points around 40 centres. */
function clustered(rows: number, columns: number) {
  const random = Random.of(5);
  const centres = random.normals(40 * columns);
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const centre = Math.floor(i / columns) % 40;
    return centres[centre * columns + (i % columns)]! + 0.5 * random.normal();
  });
  return matrix(rows, columns, data);
}

describe.skipIf(reason !== "")(`approximate similar users${reason}`, () => {
  it("finds nearly all exact neighbours, and reports just that share", async () => {
    const vectors = clustered(3000, 24);
    const [near, exact] = [
      await approximateSimilarUsers(vectors, 10, { sample: 3000 }),
      await similarUsers(vectors, 10),
    ];
    let found = 0;
    for (let u = 0; u < 3000; u++) {
      const wanted = new Set(exact.neighbours.subarray(10 * u, 10 * u + 10));
      for (const id of near.neighbours.subarray(10 * u, 10 * u + 10)) {
        expect(id).not.toBe(u);
        if (wanted.has(id)) found++;
      }
    }
    expect(found / 30_000).toBeGreaterThan(0.97);
    expect(near.recall).toBeCloseTo(found / 30_000, 3);
  });

  it("gives the exact answer, order and ties included, where everybody is a candidate", async () => {
    const data = clustered(40, 6).data.slice();
    data.copyWithin(6 * 7, 6 * 3, 6 * 4);
    data.fill(0, 6 * 11, 6 * 12);
    const vectors = matrix(40, 6, data);
    const near = await approximateSimilarUsers(vectors, 39);
    const exact = await similarUsers(vectors, 39);
    expect(near.recall).toBe(1);
    expect(near.neighbours.subarray(0, 5)).toEqual(exact.neighbours.subarray(0, 5));
    expect([...near.neighbours.subarray(11 * 39, 12 * 39)]).toEqual([...exact.neighbours.subarray(11 * 39, 12 * 39)]);
    expect(near.neighbours[7 * 39]).toBe(3);
  });

  it("answers rows of zeros with the first others, as the exact search does", async () => {
    const data = clustered(4000, 4).data.slice();
    data.fill(0, 4 * 100);
    const near = await approximateSimilarUsers(matrix(4000, 4, data), 3, { sample: 10 });
    expect([...near.neighbours.subarray(3 * 2000, 3 * 2001)]).toEqual([0, 1, 2]);
    expect([...near.cosines.subarray(3 * 2000, 3 * 2001)]).toEqual([0, 0, 0]);
    const none = matrix(4, 2);
    expect([...(await approximateSimilarUsers(none, 2)).neighbours]).toEqual([1, 2, 0, 2, 0, 1, 0, 1]);
    expect([...(await similarUsers(none, 2)).neighbours]).toEqual([1, 2, 0, 2, 0, 1, 0, 1]);
  });

  it("refuses as many neighbours as users, and stops when told to", async () => {
    await expect(approximateSimilarUsers(clustered(5, 3), 5)).rejects.toThrow(UsageError);
    const signal = AbortSignal.abort();
    await expect(approximateSimilarUsers(clustered(50, 3), 2, { signal })).rejects.toThrow(CancelledError);
  });
});
