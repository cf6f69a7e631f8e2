import { describe, expect, it } from "vitest";
import { resolveOptions } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import { DEFAULT_STUDY } from "../study-config.ts";
import { planSystems } from "../study-plan.ts";
import { ablationDesign } from "./ablation.ts";
import { costDesign } from "./cost.ts";
import { BASELINES, mainDesign } from "./main.ts";
import { FORMS } from "./settings.ts";
import { sweepDesign } from "./sweep.ts";

const PRESETS = ["tiny", "mini", "small"];
const SIZES = ["width", "layers", "semanticWidth", "batch", "visitsPerEpoch", "epochs", "validationUsers"];
/** What follows from a backbone that starts from scratch. */
const SCALES = ["beta", "betaDirect", "betaSequential", "normaliseWords"];

describe("a sweep of the batch", () => {
  const sweep = (values: readonly number[], set: Readonly<Record<string, number>> = {}) =>
    sweepDesign({ option: "batch", values, system: { model: "isrf", set }, preset: "mini", protocol: "strict" });

  it("computes each in parts that divide it", () => {
    const { systems } = sweep([40, 80]);
    expect(systems.map(({ set }) => [set.batch, set.accumulate])).toEqual([
      [40, 4],
      [80, 5],
    ]);
    const planned = planSystems({ ...DEFAULT_STUDY, systems, preset: "mini", trials: 1 });
    expect(planned.map(({ resolved }) => resolved[0]!.batch)).toEqual([40, 80]);
  });

  it("keeps parts that were asked for, and ends for a batch that is no whole number", () => {
    expect(sweep([40, 80], { accumulate: 8 }).systems.map(({ set }) => set.accumulate)).toEqual([8, 8]);
    expect(() => sweep([40.5, 80])).toThrow(/batch/);
  });
});

describe("an ablation", () => {
  const all = FORMS.flatMap((form) => PRESETS.map((preset) => [form, preset] as const)).filter(
    ([form, preset]) => form !== "product" || preset !== "small",
  );

  it.each(all)("of form %s can be trained with preset %s, every row", (form, preset) => {
    const { systems, figure } = ablationDesign({ form, preset, protocol: "strict", set: {} });
    const planned = planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
    expect(planned.map(({ label }) => label)).toEqual(figure.places.map(({ label }) => label));
  });

  const answersAlone = FORMS.filter((form) => form !== "product").flatMap((form) =>
    PRESETS.map((preset) => [form, preset] as const),
  );

  it.each(answersAlone)("in form %s answers by the decoder alone, and both losses act (%s)", (form, preset) => {
    const { systems } = ablationDesign({ form, preset, protocol: "strict", set: {} });
    const [whole] = planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
    expect(whole!.resolved[0]).toMatchObject({
      itemHead: 0,
      candidateHead: 0,
      lambdaDirect: 1,
      lambdaSequential: 1,
      interestEvery: 1,
      groupEvery: 1,
      itemSource: "semantic",
      witnessSequence: false,
      witnessPopularity: false,
    });
  });

  it.each(["tiny", "mini"])("in the paper's form is preset paper at the sizes of %s, and H moves", (preset) => {
    const { options } = trainable("isrf");
    const planned = (protocol: "strict" | "paper") => {
      const { systems } = ablationDesign({ form: "paper", preset, protocol, set: {} });
      return planSystems({ ...DEFAULT_STUDY, protocol, systems, preset, trials: 1 })[0]!.resolved[0]!;
    };
    const printed: Record<string, unknown> = resolveOptions(options, "paper", {});
    const sized: Record<string, unknown> = resolveOptions(options, preset, {});
    const whole = planned("strict");
    expect(whole).toMatchObject({
      promptForm: "text",
      groupWord: false,
      groupSelf: true,
      sequentialUser: "shared",
      interaction: false,
      recency: false,
      groupStart: "random",
      warmStartEpochs: 0,
      labelSmoothing: 0,
      trainNegatives: 99,
      tasks: "three",
    });
    const differs = Object.keys(whole).filter((name) => whole[name] !== printed[name]);
    for (const name of SIZES) if (name in sized) expect(whole[name], name).toBe(sized[name]);
    // What is left: scales beside fresh embeddings, losses that act, and items that are all valid, as rivals answer.
    const apart = differs.filter((name) => !SIZES.includes(name) && name !== "accumulate");
    expect(apart.sort()).toEqual(
      [...SCALES, "checkpoint", "decoding", "distillTeacher", "groupLearningRate", "groupSigma", "lossForm"].sort(),
    );
    expect(whole).toMatchObject({ lossForm: "cross-pair", distillTeacher: "e", decoding: "tree" });
    // A step of AdamW is as long as its rate: a hundredth of H's spread.
    expect((whole.groupLearningRate as number) / (whole.groupSigma as number)).toBeGreaterThanOrEqual(1e-2);
    expect((whole.batch as number) / (whole.accumulate as number)).toBe(16);
    expect(planned("paper").decoding).toBe("free");
  });

  it("computes any batch in parts of at most sixteen, unless the parts are set", () => {
    const whole = (set: Record<string, number>) => {
      const { systems } = ablationDesign({ form: "paper", preset: "mini", protocol: "strict", set });
      return planSystems({ ...DEFAULT_STUDY, systems, preset: "mini", trials: 1 })[0]!.resolved[0]!;
    };
    expect(whole({ batch: 40 })).toMatchObject({ batch: 40, accumulate: 4 });
    expect(whole({ batch: 40, accumulate: 5 })).toMatchObject({ accumulate: 5 });
    expect(() => whole({ batch: 40, accumulate: 16 })).toThrow("accumulate must divide batch");
  });

  it("leaves out of a row what its own values leave nothing to do, and refuses it in the whole", () => {
    const rows = (set: Record<string, string | number>) => {
      const { systems } = ablationDesign({ form: "paper", preset: "tiny", protocol: "strict", set });
      return planSystems({ ...DEFAULT_STUDY, systems, preset: "tiny", trials: 1 });
    };
    const asked = { distillTeacher: "e", adapterStart: "sized", temperature: 0.2, groupLearningRate: 0.02 };
    const trials = new Map(rows(asked).map(({ label, trials }) => [label, trials[0]!]));
    expect(trials.get("isrf")).toMatchObject(asked);
    expect(trials.get("without-L_DS")).not.toHaveProperty("distillTeacher");
    expect(trials.get("without-I_se")).toMatchObject({ itemSize: "adapted", adapterStart: "sized" });
    expect(trials.get("without-group")).not.toHaveProperty("groupLearningRate");
    expect(() => rows({ headWeight: 2 })).toThrow("headWeight=2 does nothing here");
  });

  it("says where there is nothing to leave out", () => {
    const of = () => ablationDesign({ form: "product", preset: "small", protocol: "strict", set: {} });
    expect(of).toThrow("no witness speaks there");
  });

  it("changes one part a row", () => {
    const { systems } = ablationDesign({ form: "product", preset: "mini", protocol: "strict", set: { epochs: 2 } });
    const [whole, ...others] = planSystems({ ...DEFAULT_STUDY, systems, preset: "mini", trials: 1 });
    for (const { trials } of others) {
      const changed = Object.entries(trials[0]!).filter(([key, value]) => whole!.trials[0]![key] !== value);
      expect(changed).toHaveLength(1);
    }
    expect(whole!.resolved[0]!.epochs).toBe(2);
  });

  it("leaves out of the product's rows what a witness that is silent does not read", () => {
    const set = { sequenceWidth: 64, neighbours: 20 };
    const { systems } = ablationDesign({ form: "product", preset: "mini", protocol: "strict", set });
    const planned = planSystems({ ...DEFAULT_STUDY, systems, preset: "mini", trials: 1 });
    const trials = new Map(planned.map(({ label, trials }) => [label, trials[0]!]));
    expect(trials.get("isrf")).toMatchObject(set);
    expect(trials.get("without-sequence")).not.toHaveProperty("sequenceWidth");
    expect(trials.get("without-sequence")).toHaveProperty("neighbours", 20);
    expect(trials.get("without-text")).toMatchObject(set);
  });

  it("gives the row without the adapter texts as wide as the rows that they replace", () => {
    const { systems } = ablationDesign({ form: "paper", preset: "tiny", protocol: "strict", set: { width: 32 } });
    const row = systems.find(({ label }) => label === "without-adapter")!;
    expect(row.set).toMatchObject({ itemSource: "frozen-semantic", semanticWidth: 32, width: 32 });
  });
});

describe("the rows of an ablation", () => {
  const labels = (set: Record<string, string>, rows?: string[]) =>
    ablationDesign({ form: "paper", preset: "tiny", protocol: "strict", set, rows }).systems.map(({ label }) => label);

  it("hold the paper's, and what the whole row is not", () => {
    expect(labels({})).toEqual([
      ...["isrf", "without-L_DS", "without-L_S", "without-I_se", "without-adapter", "without-group"],
      ...["without-iteration", "without-explanation", "teacher-h", "loss-printed", "loss-soft-target"],
    ]);
    const authors = labels({ distillTeacher: "h", lossForm: "soft-target" });
    expect(authors.slice(8)).toEqual(["teacher-e", "loss-cross-pair", "loss-printed"]);
  });

  it("have each form of the losses at its own temperature, unless one is asked for", () => {
    const taus = (set: Record<string, number>, preset = "tiny") =>
      ablationDesign({ form: "paper", preset, protocol: "strict", set }).systems.flatMap(({ label, set: own }) =>
        label?.startsWith("loss-") ? [[label, own.temperature]] : [],
      );
    expect(taus({})).toEqual([
      ["loss-printed", 0.1],
      ["loss-soft-target", 1],
    ]);
    expect(taus({}, "authors").map(([, tau]) => tau)).toEqual([0.1, 0.1]);
    expect(taus({ temperature: 0.2 }).map(([, tau]) => tau)).toEqual([0.2, 0.2]);
  });

  it("can be chosen", () => {
    expect(labels({}, ["without-L_S"])).toEqual(["isrf", "without-L_S"]);
    expect(() => labels({}, ["without-L"])).toThrow("without-L_S");
  });
});

describe("the main table", () => {
  it.each(PRESETS)("has the paper's fifteen systems, and no head answers for them (%s)", (preset) => {
    const { systems } = mainDesign({ form: "paper", protocol: "strict", preset, set: {} });
    const planned = planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
    expect(planned.map(({ label }) => label)).toEqual(["isrf", ...BASELINES]);
    for (const { resolved } of planned) {
      expect(resolved[0]!.itemHead ?? 0).toBe(0);
      expect(resolved[0]!.candidateHead ?? 0).toBe(0);
    }
  });

  it.each(["paper", "authors"])(
    "has published rivals beside ISRF by preset %s, all from the same weights",
    (preset) => {
      const rows = (set: Record<string, string>) => {
        const { systems } = mainDesign({ form: "paper", protocol: "strict", preset, set });
        return planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
      };
      const published = rows({}).filter(({ resolved }) => "checkpoint" in resolved[0]!);
      expect(published.map((row) => [row.label, row.preset])).toEqual([
        ["isrf", preset],
        ...["p5", "rsl-proxy", "pod", "elmrec"].map((label) => [label, "paper"]),
      ]);
      for (const { resolved } of published) {
        const { batch, accumulate } = resolved[0] as { batch: number; accumulate: number };
        expect(batch / accumulate).toBe(4);
        expect(resolved[0]).toMatchObject({
          checkpoint: "google-t5/t5-small",
          decoding: "free",
          beams: 20,
          itemHead: 0,
        });
      }
      const others = rows({}).filter((row) => !published.map(({ label }) => label).includes(row.label));
      expect(new Set(others.map((row) => row.preset))).toEqual(new Set(["mini"]));
      const elsewhere = rows({ checkpoint: "/t5" }).flatMap(({ resolved }) => resolved[0]!.checkpoint ?? []);
      expect(elsewhere).toEqual(Array(5).fill("/t5"));
    },
  );

  it("can be of some rows, and knows the others", () => {
    const some = mainDesign({ form: "paper", protocol: "strict", preset: "tiny", set: {}, systems: ["pod", "caser"] });
    expect(some.systems.map(({ model }) => model)).toEqual(["isrf", "caser", "pod"]);
    expect(() => mainDesign({ form: "paper", protocol: "strict", preset: "tiny", set: {}, systems: ["podd"] })).toThrow(
      "pod",
    );
  });
});

const AT = { preset: "tiny", protocol: "strict" } as const;

describe("a sweep", () => {
  const sweep = (values: (string | number)[]) =>
    sweepDesign({
      ...{ ...AT, option: "groupLayers", values, form: "product" },
      system: { model: "isrf", set: { epochs: 1 } },
    });

  it("refuses a value that is held for the option that it sweeps, under whichever name", () => {
    const held = (set: Readonly<Record<string, number>>) => () =>
      sweepDesign({ ...AT, option: "batch", values: [20, 40], system: { model: "sasrec", set } });
    const words = "batch is what is swept; leave it out, or sweep another option.";
    expect(held({ batch: 80 })).toThrow(`--set batch=80: ${words}`);
    expect(held({ train_batch_size: 80 })).toThrow(`--set train_batch_size=80: ${words}`);
  });

  it("is a system for each value, all else equal, drawn as a line over numbers", () => {
    const { systems, figure } = sweep([1, 2, 3]);
    expect(systems.map(({ label, set }) => [label, set])).toEqual([
      ["groupLayers-1", { epochs: 1, groupLayers: 1 }],
      ["groupLayers-2", { epochs: 1, groupLayers: 2 }],
      ["groupLayers-3", { epochs: 1, groupLayers: 3 }],
    ]);
    expect(figure).toMatchObject({ kind: "lines", name: "sweep-groupLayers", placesName: "L' (groupLayers)" });
  });

  it("is drawn by dots over words", () => {
    const system = { model: "isrf", set: {} };
    const { figure } = sweepDesign({ ...AT, option: "distillTeacher", values: ["h", "e"], system });
    expect(figure.kind).toBe("dots");
  });

  it("names folders safely", () => {
    expect(
      sweepDesign({ ...AT, option: "x", values: ["a/b", "c d"], system: { model: "pod", set: {} } }).systems[0]!.label,
    ).toBe("x-a_b");
  });

  it("is of the paper's form, where the decoder is heard, unless the product's is asked for", () => {
    const asked = { ...AT, option: "beta", values: [1, 2], preset: "mini" } as const;
    const isrf = { model: "isrf", set: { lambdaDirect: 2 } };
    const { systems } = sweepDesign({ ...asked, system: isrf });
    expect(systems[1]).toMatchObject({ preset: "paper", set: { beta: 2, width: 128, lambdaDirect: 2 } });
    const product = sweepDesign({ ...asked, system: isrf, form: "product" });
    expect(product.systems[1]).toMatchObject({ preset: "mini", set: { beta: 2, lambdaDirect: 2 } });
    const rival = { model: "elmrec", set: {} };
    expect(sweepDesign({ ...asked, system: rival }).systems[0]!.set).toEqual({ beta: 1 });
    expect(() => sweepDesign({ ...asked, form: "paper", system: rival })).toThrow("elmrec has one form");
  });

  it("keeps of the form what a value leaves something to do", () => {
    const asked = { ...AT, option: "lambdaDirect", values: [0, 1] };
    const { systems } = sweepDesign({ ...asked, system: { model: "isrf", set: {} } });
    expect(systems.map(({ set }) => set.distillTeacher)).toEqual([undefined, "e"]);
    const idle = sweepDesign({ ...asked, system: { model: "isrf", set: { headWeight: 2 } } });
    expect(() => planSystems({ ...DEFAULT_STUDY, systems: idle.systems, preset: "tiny", trials: 1 })).toThrow(
      "headWeight=2 does nothing here",
    );
  });

  it.each([
    [[1], "expected at least two values"],
    [[1, 2, 1], "1 stands there twice"],
  ])("refuses %j", (values, message) => {
    expect(() => sweep(values)).toThrow(message);
  });
});

describe("what sets generative rows apart from ISRF in its paper's form", () => {
  const main = { form: "paper", protocol: "strict", set: {} } as const;
  const tasksOf = (preset: string, names: readonly string[]) => {
    const { systems } = mainDesign({ ...main, preset, systems: names });
    const planned = planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
    return planned.map(({ resolved }) => resolved[0]!.tasks);
  };

  it("is said where they have short prompts, below the tables of costs, too", () => {
    for (const { notes } of [mainDesign({ ...main, preset: "mini" }), costDesign({ ...main, preset: "mini" })])
      expect(notes!.join()).toMatch(
        /pod, elmrec: preset mini without its heads, .* 24 negatives and two tasks; isrf is/,
      );
    expect(mainDesign({ ...main, preset: "mini", systems: ["caser"] }).notes).toBeUndefined();
    expect(costDesign({ ...main, preset: "paper" }).notes).toBeUndefined();
    expect(mainDesign({ ...main, preset: "paper" }).notes).toEqual([expect.stringMatching(/^rsl-proxy: two tasks/)]);
  });

  it("is not the number of tasks where all are published", () => {
    expect(tasksOf("paper", ["p5", "pod", "elmrec"])).toEqual(["three", "three", "three", "three"]);
    expect(tasksOf("mini", ["p5"])).toEqual(["three", "both"]);
  });
});
