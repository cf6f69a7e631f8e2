import { describe, expect, it } from "vitest";
import { matrix } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { codeItems } from "./item-codes.ts";
import { keptCodes } from "./kept-codes.ts";

/** Items on three heaps far from each other: item i lies on heap i mod 3. */
function heaps(count: number) {
  const random = Random.of(2, "heaps");
  return matrix(
    count,
    4,
    Float32Array.from({ length: 4 * count }, (_, at) => {
      const heap = Math.floor(at / 4) % 3;
      return 0.1 * random.normal() + 5 * Number(at % 4 === heap);
    }),
  );
}

const pairs = (tokens: Int32Array) =>
  Array.from({ length: tokens.length / 2 }, (_, i) => tokens.slice(2 * i, 2 * i + 2).join());

describe("codes of a later version", () => {
  const before = heaps(30);

  it("are the same for known items, whatever their number, and each item's own for all", async () => {
    const codes = await codeItems(before, Random.of(1, "codes"));
    // Known items in reverse order, with two new ones in between.
    const from = Int32Array.from([29, 28, -1, ...Array.from({ length: 28 }, (_, i) => 27 - i), -1]);
    const vectors = matrix(32, 4);
    from.forEach((old, now) => {
      vectors.data.set(before.data.subarray(4 * Math.max(0, old), 4 * Math.max(0, old) + 4), 4 * now);
    });
    const kept = keptCodes(codes, from, vectors)!;
    expect(kept.vocabulary).toBe(codes.vocabulary);
    const [old, now] = [pairs(codes.tokens), pairs(kept.tokens)];
    from.forEach((row, at) => {
      if (row >= 0) expect(now[at]).toBe(old[row]);
    });
    expect(new Set(now).size).toBe(32);
  });

  it("put a new item beside those that it is like", async () => {
    const codes = await codeItems(before, Random.of(1, "codes"));
    const from = Int32Array.from({ length: 33 }, (_, i) => (i < 30 ? i : -1));
    const vectors = matrix(33, 4, Float32Array.from([...before.data, ...before.data.subarray(0, 12)]));
    const { tokens } = keptCodes(codes, from, vectors)!;
    for (const item of [30, 31, 32]) {
      const mates = Array.from({ length: 30 }, (_, i) => i).filter((i) => tokens[2 * i] === tokens[2 * item]);
      expect(mates.filter((mate) => mate % 3 === item % 3).length / mates.length).toBeGreaterThan(0.5);
    }
  });

  it("are none where there are more items than codes", async () => {
    const codes = await codeItems(heaps(4), Random.of(1, "codes")); // k = 3
    expect(
      keptCodes(
        codes,
        Int32Array.from({ length: 10 }, () => -1),
        heaps(10),
      ),
    ).toBeUndefined();
  });
});
