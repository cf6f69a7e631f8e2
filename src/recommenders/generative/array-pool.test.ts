import { describe, expect, it } from "vitest";
import { ArrayPool } from "./array-pool.ts";

describe("ArrayPool", () => {
  it("hands an array to one lease at a time, and again once it is given back", () => {
    const pool = new ArrayPool();
    const [one, other] = [pool.lease(), pool.lease()];
    const first = one.take(100);
    expect(other.take(100).buffer).not.toBe(first.buffer);
    one.release();
    expect(other.take(70).buffer).toBe(first.buffer);
    expect(one.take(100).buffer).not.toBe(first.buffer);
  });

  it("gives arrays of the length that is asked for", () => {
    const lease = new ArrayPool().lease();
    for (const length of [0, 1, 3, 64, 65]) expect(lease.take(length)).toHaveLength(length);
  });

  it("takes no array back twice", () => {
    const pool = new ArrayPool();
    const lease = pool.lease();
    const array = lease.take(8);
    lease.giveBack(array);
    lease.giveBack(array);
    lease.release();
    const next = pool.lease();
    expect(next.take(8).buffer).not.toBe(next.take(8).buffer);
  });
});
