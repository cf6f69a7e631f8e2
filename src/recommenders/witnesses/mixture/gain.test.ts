import { describe, expect, it } from "vitest";
import { Random } from "../../../base/random.ts";
import { isClear } from "../../learned-evidence.ts";
import { gainOf } from "./gain.ts";
import { type Choice, negativeLogLikelihood } from "./likelihood.ts";
import { PART, PARTS, type Weights } from "./weights.ts";

/** Choices among eight items by one term of weight 1 and, when `isTold`, by a second one as much. */
function choices(count: number, isTold: boolean): Choice[] {
  const random = Random.of(6, `told ${isTold}`);
  return Array.from({ length: count }, () => {
    const items = 8;
    const values = random.normals(items * 2);
    const noisy = Array.from({ length: items }, (_, i) => {
      const noise = -Math.log(-Math.log(random.uniform() || 1e-12));
      return values[2 * i]! + (isTold ? values[2 * i + 1]! : 0) + noise;
    });
    const best = noisy.indexOf(Math.max(...noisy));
    const order = [best, ...noisy.keys()].filter((item, at) => at === 0 || item !== best);
    const sorted = Float32Array.from(order.flatMap((item) => [values[2 * item]!, values[2 * item + 1]!]));
    const flat = { count: new Float32Array(items), cold: new Uint8Array(items), represents: new Float32Array(items) };
    return { ...flat, values: sorted, length: 0, candidates: 0, weight: 0.5 + random.uniform() };
  });
}

function weights(first: number, second: number): Weights {
  const values = new Float64Array(2 * PARTS);
  values[PART.common] = first;
  values[PARTS + PART.common] = second;
  return { terms: ["sequence", "generator"], scales: [1, 1], values };
}

describe("what a term gains", () => {
  it("is the difference of the mean log-likelihoods", () => {
    const asked = choices(300, true);
    const mean = ({ values }: Weights) => -negativeLogLikelihood(asked, 2)(values, new Float64Array(values.length));
    const { gain } = gainOf(asked, weights(1, 1), weights(1, 0));
    expect(gain).toBeCloseTo(mean(weights(1, 1)) - mean(weights(1, 0)), 10);
  });

  it("is clear where people chose by it", () => {
    expect(isClear(gainOf(choices(300, true), weights(1, 1), weights(1, 0)))).toBe(true);
  });

  it("is not clear where they did not, even where it happens to be above 0", () => {
    const found = Array.from({ length: 40 }, (_, i) =>
      gainOf(choices(2000, false).slice(50 * i, 50 * i + 50), weights(1, 0.02), weights(1, 0)),
    );
    expect(found.filter(({ gain }) => gain > 0).length).toBeGreaterThan(5);
    expect(found.filter(isClear).length).toBeLessThan(5);
  });

  it("is nothing where fewer than two choices tell of it: how sure it is cannot be known", () => {
    for (const count of [0, 1]) {
      const gain = gainOf(choices(300, true).slice(0, count), weights(1, 1), weights(1, 0));
      expect(gain).toEqual({ gain: 0, error: 0 });
      expect(isClear(gain)).toBe(false);
    }
  });

  it("has an error that falls with the root of the choices", () => {
    const error = (count: number) => gainOf(choices(count, true), weights(1, 1), weights(1, 0)).error!;
    expect(error(400) / error(1600)).toBeGreaterThan(1.7);
    expect(error(400) / error(1600)).toBeLessThan(2.3);
  });

  it("counts as any gain did where its error is not known", () => {
    expect(isClear({ gain: 0.001 })).toBe(true);
    expect(isClear({ gain: -0.001 })).toBe(false);
  });
});
