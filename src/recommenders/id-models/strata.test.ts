import { describe, expect, it } from "vitest";
import fc from "../../../test/support/fc.ts";
import { deal } from "./strata.ts";

const takenBy = ({ starts }: ReturnType<typeof deal>, b: number): number[] =>
  starts.map((before) => before[b + 1]! - before[b]!);

describe("dealing strata into batches", () => {
  it("gives each batch its share of every stratum", () => {
    const dealing = deal([60, 30, 10], 10);
    expect(dealing.batches).toBe(10);
    for (let b = 0; b < 10; b++) expect(takenBy(dealing, b)).toEqual([6, 3, 1]);
    expect(dealing.rows).toEqual([6, 3, 1]);
  });

  it("deals everybody once, in full batches that differ by one member at most and close to every stratum's share", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 64 }), (strata, batch) => {
        const dealing = deal(strata, batch);
        const total = strata.reduce((a, b) => a + b, 0);
        expect(dealing.starts.map((starts) => starts.at(-1))).toEqual(strata);
        for (let b = 0; b < dealing.batches; b++) {
          const taken = takenBy(dealing, b);
          const members = taken.reduce((a, c) => a + c, 0);
          expect(members).toBeLessThanOrEqual(batch);
          expect(members).toBeGreaterThanOrEqual(Math.floor(total / dealing.batches));
          taken.forEach((count, stratum) => {
            expect(Math.abs(count - (members * strata[stratum]!) / total)).toBeLessThanOrEqual(strata.length + 1);
            expect(count).toBeLessThanOrEqual(dealing.rows[stratum]!);
          });
        }
      }),
    );
  });

  it("deals everybody once where there are more strata than a byte can number", () => {
    const sizes = Array.from({ length: 300 }, (_, stratum) => (stratum === 299 ? 200 : 5));
    expect(deal(sizes, 64).starts.map((starts) => starts.at(-1))).toEqual(sizes);
  });

  it("deals equal weights where members weigh unequally, everybody once", () => {
    const weights = [1, 2, 5, 13];
    const dealing = deal([400, 200, 60, 20], 20, weights);
    expect(dealing.starts.map((starts) => starts.at(-1))).toEqual([400, 200, 60, 20]);
    const loads = Array.from({ length: dealing.batches }, (_, b) =>
      takenBy(dealing, b).reduce((sum, count, stratum) => sum + count * weights[stratum]!, 0),
    );
    const even = (400 + 2 * 200 + 5 * 60 + 13 * 20) / dealing.batches;
    for (const load of loads) expect(Math.abs(load - even)).toBeLessThanOrEqual(13);
  });
});
