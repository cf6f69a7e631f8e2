// AdamW (in two forms), SGD and clipping against torch.optim in float64 (peers/optimisers.py).
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  ADAMW_DEFAULTS,
  type AdamWOptions,
  adamWInPlace,
  add,
  compileTrainStep,
  mul,
  type OptimiserOptions,
  Parameters,
  SGD_DEFAULTS,
  sum,
  type TrainStep,
} from "../../src/engine/index.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture, fixturePath } from "./fixture.ts";

type Settings = OptimiserOptions & { readonly factors: readonly number[] };
type State = Readonly<Record<"value" | "m" | "v", Float32Array>>;

const fixture = await Fixture.open("optimisers.safetensors");
const cases = Object.entries(
  JSON.parse(await readFile(fixturePath("optimisers.json"), "utf8")) as Record<string, Settings>,
);

/**
 * Ten float32 updates from exact gradients, each rounding value and moments by 2^-24 = 6e-8 of their size a few times.
 */
const TOLERANCE = 1e-6;
const SIZE = 20;
const KEPT = [1, 2, 10];

function optimiserAt<Options extends OptimiserOptions>(
  { factors, ...options }: Options & Pick<Settings, "factors">,
  step: number,
): Options {
  return { ...options, learningRate: options.learningRate * factors[step - 1]! } as unknown as Options;
}

const gradientAt = (name: string, step: number): Float32Array =>
  fixture.floats(`${name}/gradients`).slice((step - 1) * SIZE, step * SIZE);

/** Compares what torch.optim keeps: SGD has no second moment, and without momentum no first. */
function expectState(name: string, step: number, state: State): void {
  for (const part of ["value", "m", "v"] as const) {
    if (part !== "value" && !fixture.has(`${name}/${part}${step}`)) continue;
    expect(worstDifference(state[part], fixture.floats(`${name}/${part}${step}`))).toBeLessThan(TOLERANCE);
  }
}

const isAdamW = (entry: [string, Settings]): entry is [string, Settings & AdamWOptions] =>
  entry[1].kind !== "sgd" && entry[1].maxGradientNorm === undefined;

describe.each(cases.filter(isAdamW))("as a loop over arrays: %s", (name, settings) => {
  it("AdamW equals torch.optim after 1, 2 and 10 steps", () => {
    const state = {
      value: fixture.floats(`${name}/start`).slice(),
      m: new Float32Array(SIZE),
      v: new Float32Array(SIZE),
    };
    for (let step = 1; step <= 10; step++) {
      adamWInPlace(state.value, state.m, state.v, gradientAt(name, step), step, optimiserAt(settings, step));
      if (KEPT.includes(step)) expectState(name, step, state);
    }
  });
});

/** Two parameters of two rows each, whose loss <w, g> has the gradient g. */
async function twoParameterStep(name: string, optimiser: OptimiserOptions): Promise<[Parameters, TrainStep]> {
  const parameters = new Parameters();
  const start = fixture.floats(`${name}/start`);
  const halves = ["first", "second"] as const;
  for (const [i, half] of halves.entries())
    parameters.add({ name: half, shape: [2, 5] }, start.slice(10 * i, 10 * i + 10));
  const step = await compileTrainStep(
    (t) => {
      const terms = halves.map((half) =>
        sum(mul(t.parameter({ name: half, shape: [2, 5] }), t.input(`${half}.g`, [2, 5]))),
      );
      return { loss: add(terms[0]!, terms[1]!) };
    },
    parameters,
    optimiser,
    { threads: 1 },
  );
  return [parameters, step];
}

const joined = (parameters: Parameters, part: keyof State): Float32Array =>
  Float32Array.of(...parameters.get("first").front[part], ...parameters.get("second").front[part]);

describe.each(cases)("as part of a training program: %s", (name, settings) => {
  it("equals torch.optim after 1, 2 and 10 steps, and clips two parameters together", async () => {
    const [parameters, step] = await twoParameterStep(name, optimiserAt(settings, 1));
    for (let i = 1; i <= 10; i++) {
      const g = gradientAt(name, i);
      const feeds = { "first.g": g.slice(0, 10), "second.g": g.slice(10) };
      const { gradientNorm } = await step.run(feeds, optimiserAt(settings, i));
      expect(gradientNorm === undefined).toBe(settings.maxGradientNorm === undefined);
      if (gradientNorm !== undefined) {
        expect(gradientNorm[0]! / fixture.floats(`${name}/norms`)[i - 1]!).toBeCloseTo(1, 6);
      }
      if (KEPT.includes(i)) {
        expectState(name, i, {
          value: joined(parameters, "value"),
          m: joined(parameters, "m"),
          v: joined(parameters, "v"),
        });
      }
    }
    await step.dispose();
  });
});

describe("a compiled optimiser", () => {
  it("takes another rate or limit at run time, and refuses what is compiled in", async () => {
    const clipped = { ...SGD_DEFAULTS, maxGradientNorm: 1 };
    const [, step] = await twoParameterStep("clipped sgd", clipped);
    const feeds = { "first.g": new Float32Array(10).fill(1), "second.g": new Float32Array(10).fill(1) };
    const run = (optimiser: OptimiserOptions) => step.run(feeds, optimiser);
    await run({ ...clipped, learningRate: 0.5, maxGradientNorm: 7 });
    await expect(run(SGD_DEFAULTS)).rejects.toThrow("maxGradientNorm is undefined, compiled with 1");
    await expect(run({ ...clipped, maxGradientNorm: 0 })).rejects.toThrow("expected a positive number");
    await expect(run({ ...clipped, momentum: 0.9 })).rejects.toThrow("momentum is 0.9, compiled with 0");
    await expect(run({ ...ADAMW_DEFAULTS, maxGradientNorm: 1 })).rejects.toThrow("kind is adamw, compiled with sgd");
    await step.dispose();
  });
});
