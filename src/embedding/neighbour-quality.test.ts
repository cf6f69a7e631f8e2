import { describe, expect, it } from "vitest";
import { Random } from "../base/random.ts";
import { hubness, neighbourAgreement, randomNeighbours } from "./neighbour-quality.ts";

/** Users in a ring list the next one; with a hub, everyone lists user 0, who lists user 1. */
const ring = { rows: 4, k: 1, neighbours: Int32Array.of(1, 2, 3, 0) };
const star = { rows: 4, k: 1, neighbours: Int32Array.of(1, 0, 0, 0) };

describe("hubness", () => {
  it("is nought where everyone is listed equally often", () => {
    expect(hubness(ring)).toEqual({ skewness: 0, most: 1, unlisted: 0 });
  });

  it("shows a user whom all list, and those whom nobody does", () => {
    // Listed 3, 1, 0, 0 times; mean 1; squares 4, 0, 1, 1 (mean 1.5); cubes 8, 0, -1, -1 (mean 1.5).
    const { skewness, ...rest } = hubness(star);
    expect(rest).toEqual({ most: 3, unlisted: 0.5 });
    expect(skewness).toBeCloseTo(1.5 / 1.5 ** 1.5, 12);
  });
});

describe("agreement of neighbours", () => {
  it("is the share of listed pairs with an item in common", () => {
    const items = [[7, 8], [8, 9], [9, 5], [1]];
    // 0-1 share 8, 1-2 share 9, 2-3 and 3-0 nothing.
    expect(neighbourAgreement(ring, items)).toBe(0.5);
    // 0-1 and 1-0 share 8; 2 and 3 share nothing with 0.
    expect(neighbourAgreement(star, items)).toBe(0.5);
  });
});

describe("random neighbours", () => {
  it("are others than the user, each as often as any other", () => {
    const { rows, k, neighbours } = randomNeighbours({ rows: 5, k: 4000 }, Random.of(1));
    expect(neighbours).toHaveLength(rows * k);
    for (let user = 0; user < rows; user++) {
      const own = neighbours.subarray(user * k, (user + 1) * k);
      const counts = Array.from({ length: rows }, (_, other) => own.filter((each) => each === other).length);
      expect(counts[user]).toBe(0);
      // A quarter of 4000 each; the standard deviation is 27.
      for (const count of counts.filter((_, other) => other !== user)) expect(Math.abs(count - 1000)).toBeLessThan(140);
    }
  });

  it("agree as often as any two users do", () => {
    const items = [[1], [1], [1], [2], [2]];
    const random = randomNeighbours({ rows: 5, k: 4000 }, Random.of(2));
    // Of the 20 ordered pairs 6 have item 1, and 2 have item 2.
    expect(neighbourAgreement(random, items)).toBeCloseTo(0.4, 1);
  });
});
