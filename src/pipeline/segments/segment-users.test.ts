import { expect, test } from "vitest";
import { matrix, row } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { segmentUsers } from "./segment-users.ts";

/** Three directions, users of each scattered around it, of very different lengths. */
function scattered() {
  const random = Random.of(3, "scattered users");
  const users = matrix(90, 6);
  for (let user = 0; user < users.rows; user++) {
    const length = 10 ** (user % 4);
    const values = row(users, user);
    for (let c = 0; c < values.length; c++) values[c] = length * (0.1 * random.normal() + Number(c === user % 3));
  }
  return users;
}

test("users of one direction are one group, however long their vectors are", async () => {
  const { of, centres } = await segmentUsers(scattered(), 1, { count: 3 });
  const groups = [0, 1, 2].map((kind) => new Set(of.filter((_, user) => user % 3 === kind)));
  expect(groups.map(({ size }) => size)).toEqual([1, 1, 1]);
  expect(new Set(groups.flatMap((group) => [...group])).size).toBe(3);
  for (let centre = 0; centre < 3; centre++) expect(Math.hypot(...row(centres, centre))).toBeCloseTo(1, 5);
});

test("cohesion is a mean cosine", async () => {
  const { cohesion } = await segmentUsers(scattered(), 1, { count: 3 });
  expect(cohesion.own).toBeLessThanOrEqual(1);
  expect(cohesion.own).toBeGreaterThan(cohesion.next);
});
