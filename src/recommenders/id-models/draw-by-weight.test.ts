import { expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { drawByWeight } from "./draw-by-weight.ts";

it("draws every place once where all weigh alike", () => {
  for (let seed = 0; seed < 20; seed++) {
    const drawn = drawByWeight(new Float64Array(7).fill(0.2), Random.of(seed, "draws"));
    expect([...drawn]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  }
});

it("draws each place as often as its weight says, in the mean over many draws", () => {
  const counts = [0, 0, 0, 0];
  for (let seed = 0; seed < 4000; seed++) {
    const drawn = drawByWeight(Float64Array.of(1, 0.2, 0.2, 2.6), Random.of(seed, "draws"));
    expect(drawn).toHaveLength(4);
    for (const place of drawn) counts[place]!++;
  }
  // 4000 draws of 4, of which 4 are shared out as 1 : .2 : .2 : 2.6.
  for (const [place, share] of [1, 0.2, 0.2, 2.6].entries()) expect(counts[place]! / 4000).toBeCloseTo(share, 1);
});
