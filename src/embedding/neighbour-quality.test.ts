import { describe, expect, it } from "vitest";
import { hubness, neighbourAgreement } from "./neighbour-quality.ts";

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
