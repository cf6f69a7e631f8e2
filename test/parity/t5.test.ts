// T5 against Hugging Face transformers with the same weights (peers/t5.py), both in float32.
import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { type BucketRule, relativeBucket } from "../../src/backbone/relative-position.ts";
import { t5Parameters } from "../../src/backbone/t5-parameters.ts";
import { compile, compileTrainStep, gradients, trace } from "../../src/engine/index.ts";
import { readSafetensors } from "../../src/engine/safetensors.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture, fixturePath } from "./fixture.ts";
import { batchOf, CHECKPOINT, lossNodes, smallConfig, smallParameters } from "./small-t5.ts";

/** peers/t5.py, OPTIMISER. */
const OPTIMISER = { learningRate: 5e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

const fixture = await Fixture.open("t5/forward.safetensors");
const config = await smallConfig();
const first = batchOf(fixture, "input");

describe("a T5 with Hugging Face's weights", async () => {
  const parameters = await smallParameters(config);
  const program = trace((t) => {
    const nodes = lossNodes(t, config, first);
    const wanted = parameters.all.map(({ name, shape }) => t.parameter({ name, shape }));
    const found = gradients(nodes.loss, wanted);
    return { ...nodes, ...Object.fromEntries(parameters.all.map(({ name }, i) => [`gradient/${name}`, found[i]!])) };
  });
  const executable = await compile(program, { threads: 1 });
  afterAll(() => executable.dispose());
  const results = await executable.run({ ...parameters.feeds(), ...first.feeds });

  // Both sides round in float32 and sum in different orders: some 10 layers of sums of up to 40 terms, 2^-24 each.
  it.each(["encoded", "logits", "loss"])("computes the same %s", (name) => {
    expect(worstDifference(results[name]!, fixture.floats(name))).toBeLessThan(5e-6);
  });

  // The reference's own float32 gradients are up to 8e-6 from its float64 ones (attention keys and queries, where terms
  // cancel); two such roundings stand between the sides.
  it.each(t5Parameters(config).map(({ name }) => name))("has the same gradient of %s", (name) => {
    expect(worstDifference(results[`gradient/${name}`]!, fixture.floats(`gradient/${name}`))).toBeLessThan(2e-5);
  });

  it("has a gradient for every parameter that the reference has, and each one is not zero", () => {
    const expected = fixture.names.filter((name) => name.startsWith("gradient/")).sort();
    expect(
      t5Parameters(config)
        .map(({ name }) => `gradient/${name}`)
        .sort(),
    ).toEqual(expected);
    for (const name of expected) expect(Math.max(...fixture.floats(name).map(Math.abs))).toBeGreaterThan(1e-4);
  });
});

describe("a Hugging Face checkpoint", () => {
  it("holds exactly our parameters, by name and shape", async () => {
    const { tensors } = await readSafetensors(CHECKPOINT);
    const ours = t5Parameters(config).map(({ name, shape }) => [name, [...shape]] as const);
    expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))).toEqual(
      Object.fromEntries(ours),
    );
  });
});

describe("training a T5", () => {
  it("follows the reference's loss over 20 steps", async () => {
    const parameters = await smallParameters(config);
    const batches = [first, batchOf(fixture, "second")];
    const steps = await Promise.all(
      batches.map((batch) =>
        compileTrainStep((t) => ({ loss: lossNodes(t, config, batch).loss }), parameters, OPTIMISER, { threads: 1 }),
      ),
    );
    const losses: number[] = [];
    for (let i = 0; i < 20; i++) {
      const { loss } = await steps[i % 2]!.run(batches[i % 2]!.feeds, OPTIMISER);
      losses.push(loss![0]!);
    }
    await Promise.all(steps.map((step) => step.dispose()));
    // Adam divides gradients by their own size: where one is nearly zero its rounding noise moves a weight by up to the
    // learning rate, and differences grow with the steps. A wrong moment or bias correction shows as 1e-2 by step 5.
    expect(worstDifference(losses, fixture.floats("losses"))).toBeLessThan(5e-5);
  });
});

describe("relative-position buckets", async () => {
  type Case = BucketRule & { readonly first: number; readonly expected: readonly number[] };
  const cases = JSON.parse(await readFile(fixturePath("t5/buckets.json"), "utf8")) as Case[];

  it.each(cases)("equal the reference at -600..600: $buckets to $maxDistance, both ways $bidirectional", (rule) => {
    expect(rule.expected.map((_, i) => relativeBucket(rule.first + i, rule))).toEqual(rule.expected);
    expect(rule.expected.length).toBe(1201);
  });
});
