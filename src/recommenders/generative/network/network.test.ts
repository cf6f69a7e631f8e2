import { describe, expect, it } from "vitest";
import { checkFeedGradients } from "../../../../test/support/finite-differences.ts";
import { type Overrides, tinyData, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { Random } from "../../../base/random.ts";
import { compile, dropout, gradients, type TensorData, trace } from "../../../engine/index.ts";
import { keepMasks } from "../../../training/keep-masks.ts";
import type { Task } from "../../recommender.ts";
import { makeBatch, returnGradients } from "../examples/batches.ts";
import { Sampler } from "../examples/sampler.ts";
import { interestRows } from "../generator.ts";
import type { Example } from "../shapes.ts";
import type { GenerativeState } from "../state.ts";
import { objective } from "./network.ts";

const data = tinyData();

async function setUp(task: Task, overrides: Overrides = {}, preset = "tiny") {
  const state = await tinyState({ batch: 3, lambdaDirect: 1, lambdaSequential: 1, ...overrides }, preset, data);
  const examples = new Sampler(data.prefixes, data.nItems, state.form, state.network.options, 1).batch(task, 0);
  return { state, examples, ...batchOf(state, examples) };
}

function batchOf(state: GenerativeState, examples: readonly Example[], itemSlots = 6) {
  const { shape, feeds } = makeBatch(examples, state.form, state.network, interestRows(state), itemSlots);
  const all: Record<string, TensorData> = {
    ...state.parameters.feeds(),
    ...feeds,
    alignmentWeight: Float32Array.of(1),
  };
  return { shape, feeds: all };
}

/** Losses of examples as evaluation computes them. */
async function losses(state: GenerativeState, examples: readonly Example[], itemSlots = 6) {
  const { shape, feeds } = batchOf(state, examples, itemSlots);
  const program = await compile(trace((t) => objective(t, state.network, shape, false).outputs!));
  const results = await program.run<string>(feeds);
  await program.dispose();
  return { generation: results.generation![0]!, alignment: results.alignment?.[0] };
}

/** Gradients of the training loss with respect to fed interests, for an alignment weight. */
async function fedGradients({ state, shape, feeds }: Awaited<ReturnType<typeof setUp>>, alignmentWeight: number) {
  const program = await compile(
    trace((t) => {
      const { loss, inputGradients } = objective(t, state.network, shape, true);
      const found = gradients(loss, Object.values(inputGradients!));
      return Object.fromEntries(Object.keys(inputGradients!).map((name, i) => [name, found[i]!]));
    }),
  );
  const results = await program.run<string>({ ...feeds, alignmentWeight: Float32Array.of(alignmentWeight) });
  await program.dispose();
  return results as Record<string, Float32Array>;
}

const largest = (values: Float32Array) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

describe("the training objective", () => {
  const cases: { task: Task; overrides: Overrides; names: string[]; preset?: string }[] = [
    {
      task: "sequential",
      overrides: {},
      names: ["shared.weight", "prompt.sequential", "omega.sequential", "recency", "head.recency", "head.map"],
    },
    { task: "sequential", overrides: { sequentialWord: "position" }, names: ["omega.positions"] },
    { task: "sequential", overrides: { sequentialWord: "position", sequentialUser: "shared", itemHead: 0 }, names: [] },
    {
      task: "direct",
      overrides: { groupWord: false },
      names: ["interaction", "prompt.direct", "omega.zero", "head.affinity"],
    },
    {
      task: "direct",
      overrides: { lambdaDirect: 0 },
      names: ["head.candidates", "head.history", "head.recency", "head.map", "omega.sequential"],
    },
    {
      task: "direct",
      overrides: { sigma: 1, itemHead: 1, candidateHead: 1, headShortcut: true, candidateHistory: true },
      names: ["omega.sequential"],
      preset: "small",
    },
    { task: "direct", overrides: { distillTeacher: "e" }, names: ["shared.weight"] },
    {
      task: "direct",
      overrides: { tokenSoftmax: "tree", candidateHead: 0 },
      names: ["shared.weight", "prompt.direct"],
    },
    {
      task: "sequential",
      overrides: { tokenSoftmax: "tree", codeTokens: 3 },
      names: ["shared.weight", "omega.sequential"],
    },
    { task: "direct", overrides: { sigma: 1 }, names: ["omega.zero", "prompt.direct"], preset: "small" },
    { task: "direct", overrides: { lossForm: "printed", temperature: 0.1 }, names: ["interaction"] },
    { task: "direct", overrides: { lossForm: "soft-target", betaDirect: 2 }, names: ["interaction"] },
    { task: "sequential", overrides: { lossForm: "printed", temperature: 0.1 }, names: ["omega.sequential"] },
    {
      task: "sequential",
      overrides: { lossForm: "soft-target", sequentialWord: "position", alignWith: "words", betaSequential: 2 },
      names: ["omega.positions"],
    },
    {
      task: "sequential",
      overrides: { sigma: 1, beta: 1, promptPlace: "after", alignWith: "words" },
      names: ["prompt.sequential", "omega.zero", "omega.sequential"],
      preset: "small",
    },
  ];
  it.each(cases)("has true gradients: $task, $preset $overrides", async ({ task, overrides, names, preset }) => {
    const { state, shape, feeds } = await setUp(task, { temperature: 0.5, ...overrides }, preset);
    // Differences see through a stopped gradient, so eq. 8's teacher is left to the next test.
    const teacher = state.network.options.distillTeacher === "h" ? "group" : "individual";
    const checks = await checkFeedGradients(
      (t) => {
        const { loss, inputGradients } = objective(t, state.network, shape, true);
        const inputs = Object.entries(inputGradients!)
          .map(([name, tensor]) => [name.slice(2), tensor] as const)
          .filter(([name]) => task === "sequential" || name !== teacher);
        const parameters = names.map((name) => [name, t.parameter({ name, shape: state.parameters.get(name).shape })]);
        return { loss, wrt: Object.fromEntries([...inputs, ...parameters]) };
      },
      feeds,
      { step: 2e-3, entries: 4 },
    );
    for (const [name, { error, largest: size }] of Object.entries(checks)) {
      expect(size, name).toBeGreaterThan(1e-3);
      expect(error, name).toBeLessThan(0.03);
    }
  });

  it("stops eq. 8's gradient on the teacher's side, for both teachers", async () => {
    for (const [distillTeacher, teacher, student] of [
      ["h", "d.group", "d.individual"],
      ["e", "d.individual", "d.group"],
    ] as const) {
      const batch = await setUp("direct", { distillTeacher });
      const [without, aligned] = [await fedGradients(batch, 0), await fedGradients(batch, 1)];
      expect(aligned[teacher]).toEqual(without[teacher]);
      const change = aligned[student]!.map((g, i) => g - without[student]![i]!);
      expect(largest(change)).toBeGreaterThan(1e-3);
    }
  });

  it("lets eq. 9's gradient into both sides", async () => {
    const batch = await setUp("sequential", { groupWord: false, sequentialUser: "shared" });
    expect(largest((await fedGradients(batch, 1))["d.group"]!)).toBeGreaterThan(1e-3);
    expect(largest((await fedGradients(batch, 0))["d.group"]!)).toBe(0);
  });

  const padded: [preset: string, task: Task, overrides?: Overrides][] = [
    ["tiny", "sequential"],
    ["tiny", "direct"],
    ["small", "sequential"],
    ["small", "direct"],
    ["tiny", "sequential", { promptPlace: "after" }],
    ["small", "sequential", { promptPlace: "after" }],
  ];
  it.each(padded)(
    "of %s %s examples does not depend on neighbours or padding %o",
    async (preset, task, overrides = {}) => {
      const { state, examples } = await setUp(task, overrides, preset);
      const together = await losses(state, examples);
      const alone = await Promise.all(examples.map((example) => losses(state, [example], 9)));
      const expected = alone.reduce((sum, { generation }) => sum + generation, 0) / alone.length;
      expect(together.generation).toBeCloseTo(expected, 4);
      const wider = await losses(state, examples, 9);
      expect(wider.generation).toBeCloseTo(together.generation, 4);
      expect(wider.alignment).toBeCloseTo(together.alignment!, 4);
    },
  );

  it("lets prompt vectors behind the text carry omega_0, at the text's end and before padding", async () => {
    const { state, examples, shape, feeds } = await setUp("sequential", { promptPlace: "after" }, "small");
    const [time, words] = [3 + shape.length, state.form.sequential(0, examples[0]!.items, examples[0]!.template).words];
    expect([...feeds.promptOrder!.slice(0, time)]).toEqual([
      ...words.map((_, i) => 3 + i),
      ...[0, 1, 2],
      ...Array.from({ length: time - 3 - words.length }, (_, i) => 3 + words.length + i),
    ]);
    const before = (await losses(state, examples)).generation;
    state.parameters.get("omega.zero").front.value.fill(0);
    state.parameters.get("prompt.sequential").front.value.fill(0);
    const silent = (await losses(state, examples)).generation;
    expect(Math.abs(silent - before)).toBeGreaterThan(1e-4);
  });

  it("scales the words of each task by its own beta, or by beta where that is 0", async () => {
    for (const [task, own, other] of [
      ["sequential", "betaSequential", "betaDirect"],
      ["direct", "betaDirect", "betaSequential"],
    ] as const) {
      const of = async (overrides: Overrides) => {
        const { state, examples } = await setUp(task, overrides, "small");
        return (await losses(state, examples)).generation;
      };
      const plain = await of({ beta: 2 });
      expect(await of({ beta: 6, [own]: 2 })).toBe(plain);
      expect(await of({ beta: 2, [other]: 9 })).toBe(plain);
      expect(await of({ beta: 2, [own]: 3 })).not.toBe(plain);
    }
  });

  it("means eq. 9's words over the positions of the longest prompt, padding too, where that is asked", async () => {
    const { state, examples } = await setUp("sequential", { sequentialWord: "position", alignWith: "words" }, "small");
    const near = (await losses(state, examples)).alignment!;
    // Slots of items add no positions to worded prompts; a longer prompt beside them does, and what is padded to, not.
    const { shape, feeds } = batchOf(state, examples);
    const positions = state.parameters.get("omega.positions").front.value;
    const { width } = state.network.options;
    const words = 3 + shape.items;
    const mask = feeds.mask as Float32Array;
    const used = examples.map((_, b) => mask.subarray(b * shape.length, (b + 1) * shape.length).lastIndexOf(0) + 1);
    const longest = Math.max(...used);
    expect(longest).toBeLessThan(shape.length);
    expect(Math.min(...used)).toBeLessThan(longest);
    const means = examples.map((_, b) => {
      const mean = new Float32Array(width);
      for (let i = 0; i < longest; i++) {
        const word = feeds.wordRows![b * shape.length + i]! - b * words;
        // Word 0 is omega_0, 1 the user, 3 the first item: ordinals 0, 1, 2, ...
        const ordinal = word < 2 ? word : word - 1;
        for (let c = 0; c < width; c++) mean[c]! += positions[ordinal * width + c]! / longest;
      }
      return mean;
    });
    const cosine = (x: Float32Array, y: Float32Array) =>
      x.reduce((total, v, c) => total + v * y[c]!, 0) / (Math.hypot(...x) * Math.hypot(...y));
    const group = feeds.group as Float32Array;
    const of = examples.map((_, u) => {
      const shares = means.map((mean) => Math.exp(cosine(group.slice(u * width, (u + 1) * width), mean) / 0.1));
      const own = examples.map(({ userIndex }, v) => v === u || userIndex !== examples[u]!.userIndex);
      return -Math.log(shares[u]! / shares.reduce((total, share, v) => total + (own[v] ? share : 0), 0));
    });
    expect(near).toBeCloseTo(of.reduce((total, x) => total + x, 0) / of.length, 3);
  });

  it("has no alignment term where its weight is zero", async () => {
    const { state, examples } = await setUp("direct", { lambdaDirect: 0 });
    expect((await losses(state, examples)).alignment).toBeUndefined();
  });
});

describe("batches", () => {
  it("shift labels right behind the start token and weigh each example's tokens equally", async () => {
    const { state, feeds, examples, shape } = await setUp("sequential");
    const tokens = [...state.form.target(examples[1]!.target!), 1];
    const row = (name: string) => Array.from(feeds[name]!.slice(shape.target, 2 * shape.target));
    expect(row("labels")).toEqual(tokens);
    expect(row("decoderTokens")).toEqual([0, ...tokens.slice(0, -1)]);
    expect(row("labelWeights")).toEqual(tokens.map(() => Math.fround(1 / tokens.length)));
  });

  it("ignore the padding of shorter answers", async () => {
    const state = await tinyState({}, "small", tinyData({ nItems: 120 }));
    const items = Int32Array.of(3, 109);
    // Digits are written in pairs: "4" is one token, "110" two, and both end with </s>.
    const pair = [3, 109].map((target): Example => ({ task: "direct", userIndex: 0, items, target }));
    const { feeds, shape } = batchOf(state, pair);
    expect(shape.target).toBe(3);
    expect(Array.from(feeds.labels!).map((label) => label === -100)).toEqual([false, false, true, false, false, false]);
    expect(Array.from(feeds.labelWeights!)).toEqual([0.5, 0.5, 0, ...[1, 1, 1].map(() => Math.fround(1 / 3))]);
  });

  it("point each position at its own example's words, and say how recent items are", async () => {
    const { state } = await setUp("sequential", { maxHistory: 6 });
    const pair = [Int32Array.of(4, 5, 6), Int32Array.of(7)].map((items, userIndex) => ({
      task: "sequential" as const,
      userIndex,
      items,
    }));
    const { feeds } = batchOf(state, pair);
    // Nine words an example: omega_0, user, group, six items. Padding points at omega_0.
    expect(Array.from(feeds.wordRows!)).toEqual([1, 2, 3, 4, 5, 0, 0, 0, 10, 11, 12, 9, 9, 9, 9, 9]);
    expect(Array.from(feeds.recencies!)).toEqual([0, 0, 3, 2, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  });

  it("refuse more items than slots", async () => {
    const { state } = await setUp("sequential");
    const example = { task: "sequential" as const, userIndex: 0, items: new Int32Array(7) };
    expect(() => batchOf(state, [example])).toThrow("7 items in a batch of 6 item slots");
  });

  it("hand gradients back to the rows they were read from, adding up repeated rows", () => {
    const found = new Map<string, number>();
    const to = (table: string) => (row: number, gradient: Float32Array, at: number) => {
      found.set(`${table} ${row}`, (found.get(`${table} ${row}`) ?? 0) + gradient[at]!);
    };
    const pair = [Int32Array.of(4, 5), Int32Array.of(5)].map((items) => ({
      task: "direct" as const,
      userIndex: 2,
      items,
    }));
    const results = {
      individual: Float32Array.of(1, 2),
      candidates: Float32Array.of(10, 20, 30, 40),
      history: Float32Array.of(100, 200),
    };
    returnGradients(results, pair, 2, 1, 8, { individual: to("individual"), group: to("group") });
    // Row 8 + item; slot 1 of the second example is padding. A history's gradient is shared by its items.
    expect(Object.fromEntries(found)).toEqual({ "individual 2": 3, "individual 12": 60, "individual 13": 300 });
  });

  it.each([0.1, 0.2, 0.5])("drop with probability %d, the same for the same draws", (probability) => {
    const program = trace((t) => ({ y: dropout(t.input("x", [40_001]), probability) }));
    const [name, { length }] = ["keep", program.keepMasks.get(probability)!] as const;
    expect([name, length]).toEqual(["keep", 40_001]);
    const mask = keepMasks(program, Random.of(1, "masks"))[`keep@${probability}`]!;
    const dropped = mask.filter((keep) => keep === 0).length / length;
    // Four standard deviations, and the rounding to 1/256.
    expect(Math.abs(dropped - probability)).toBeLessThan(4 * Math.sqrt(0.25 / length) + 1 / 512);
    expect(mask.every((keep) => keep === 0 || keep === 1)).toBe(true);
    expect(keepMasks(program, Random.of(1, "masks"))[`keep@${probability}`]).toEqual(mask);
  });
});
