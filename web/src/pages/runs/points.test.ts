import { describe, expect, it } from "vitest";
import { type Series, withCurves, withPoint } from "./points.ts";

const curve = (name: string, ...steps: number[]): Series[number] => ({
  name,
  points: steps.map((step) => ({ step, value: step / 10 })),
});

describe("points of a training", () => {
  it("stand behind those of their series, each once, and begin new series", () => {
    const first = withPoint([curve("loss", 1, 2)], { name: "loss", step: 2, value: 0.2 });
    expect(withPoint(first, { name: "loss", step: 3, value: 0.3 })).toEqual([curve("loss", 1, 2, 3)]);
    expect(withPoint(first, { name: "HR@10", step: 2, value: 0.2 })).toEqual([curve("loss", 1, 2), curve("HR@10", 2)]);
  });

  it("that overtook the curves stand behind them, and what was missed stands between", () => {
    const shown = [curve("loss", 1, 5, 6), curve("HR@10", 6)];
    expect(withCurves(shown, [curve("loss", 1, 2, 3, 4, 5)])).toEqual([
      curve("loss", 1, 2, 3, 4, 5, 6),
      curve("HR@10", 6),
    ]);
  });
});
