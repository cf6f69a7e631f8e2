// AdamW's two forms against torch.optim in float64 (peers/optimisers.py).
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { type AdamWOptions, adamWInPlace, compileTrainStep, mul, Parameters, sum } from "../../src/engine/index.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture, fixturePath } from "./fixture.ts";

type Settings = AdamWOptions & { readonly factors: readonly number[] };
type State = Readonly<Record<"value" | "m" | "v", Float32Array>>;

const fixture = await Fixture.open("optimisers.safetensors");
const cases = JSON.parse(await readFile(fixturePath("optimisers.json"), "utf8")) as Record<string, Settings>;

/** Ten float32 updates from exact gradients, each rounding value and moments by 2^-24 = 6e-8 of their size a few times. */
const TOLERANCE = 1e-6;
const SIZE = 20;

const optimiserAt = ({ factors, ...options }: Settings, step: number): AdamWOptions => ({
  ...options,
  learningRate: options.learningRate * factors[step - 1]!,
});

const gradientAt = (name: string, step: number): Float32Array =>
  fixture.floats(`${name}/gradients`).slice((step - 1) * SIZE, step * SIZE);

function expectState(name: string, step: number, state: State): void {
  for (const part of ["value", "m", "v"] as const) {
    expect(worstDifference(state[part], fixture.floats(`${name}/${part}${step}`))).toBeLessThan(TOLERANCE);
  }
}

describe.each(Object.entries(cases))("AdamW equals torch.optim after 1, 2 and 10 steps: %s", (name, settings) => {
  it("as a loop over arrays", () => {
    const state = {
      value: fixture.floats(`${name}/start`).slice(),
      m: new Float32Array(SIZE),
      v: new Float32Array(SIZE),
    };
    for (let step = 1; step <= 10; step++) {
      adamWInPlace(state.value, state.m, state.v, gradientAt(name, step), step, optimiserAt(settings, step));
      if (step <= 2 || step === 10) expectState(name, step, state);
    }
  });

  it("as part of a training program", async () => {
    const parameters = new Parameters();
    parameters.add("w", [4, 5], fixture.floats(`${name}/start`).slice());
    // The loss <w, g> has the gradient g.
    const step = await compileTrainStep(
      (t) => ({ loss: sum(mul(t.parameter("w", [4, 5]), t.input("g", [4, 5]))) }),
      parameters,
      optimiserAt(settings, 1),
      { threads: 1 },
    );
    for (let i = 1; i <= 10; i++) {
      await step.run({ g: gradientAt(name, i) }, optimiserAt(settings, i));
      if (i <= 2 || i === 10) expectState(name, i, parameters.get("w").front);
    }
    await step.dispose();
  });
});
