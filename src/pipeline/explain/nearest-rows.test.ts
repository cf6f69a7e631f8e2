import { expect, test } from "vitest";
import { matrix } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { similarUsers } from "../../embedding/index.ts";
import { nearestRows } from "./nearest-rows.ts";

test("gives one row of what similarUsers gives for all", async () => {
  const vectors = matrix(30, 8, Random.of(1, "vectors").normals(240));
  const all = await similarUsers(vectors, 5);
  for (const user of [0, 17, 29]) {
    const found = nearestRows(vectors, user, 5);
    expect(found.map(({ index }) => index)).toEqual([...all.neighbours.subarray(user * 5, user * 5 + 5)]);
    for (const [j, { cosine }] of found.entries()) expect(cosine).toBeCloseTo(all.cosines[user * 5 + j]!, 5);
  }
});

test("breaks ties by index and never names the row itself", () => {
  const same = matrix(4, 1, Float32Array.of(1, 1, 1, 1));
  expect(nearestRows(same, 1, 10).map(({ index }) => index)).toEqual([0, 2, 3]);
});

test("names nobody where none are wanted", () => {
  expect(nearestRows(matrix(2, 1, Float32Array.of(1, 1)), 0, 0)).toEqual([]);
});
