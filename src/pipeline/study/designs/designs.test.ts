import { describe, expect, it } from "vitest";
import { DEFAULT_STUDY } from "../study-config.ts";
import { planSystems } from "../study-plan.ts";
import { ablationDesign } from "./ablation.ts";
import { BASELINES, mainDesign } from "./main.ts";
import { FORMS } from "./settings.ts";
import { sweepDesign } from "./sweep.ts";

const PRESETS = ["tiny", "mini", "small"];

describe("an ablation", () => {
  const all = FORMS.flatMap((form) => PRESETS.map((preset) => [form, preset] as const)).slice(0, -1);

  it.each(all)("of form %s can be trained with preset %s, every row", (form, preset) => {
    const { systems, figure } = ablationDesign({ form, preset, protocol: "strict", set: {} });
    const planned = planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
    expect(planned.map(({ label }) => label)).toEqual(figure.places.map(({ label }) => label));
  });

  it.each(PRESETS)("in the paper's form answers by the decoder alone, and both losses act (%s)", (preset) => {
    const { systems } = ablationDesign({ form: "paper", preset, protocol: "strict", set: {} });
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
      ...["without-iteration", "teacher-e", "loss-printed", "loss-soft-target"],
    ]);
    const authors = labels({ distillTeacher: "e", lossForm: "soft-target" });
    expect(authors.slice(7)).toEqual(["teacher-h", "loss-cross-pair", "loss-printed"]);
  });

  it("can be chosen", () => {
    expect(labels({}, ["without-L_S"])).toEqual(["isrf", "without-L_S"]);
    expect(() => labels({}, ["without-L"])).toThrow("without-L_S");
  });
});

describe("the main table", () => {
  it.each(PRESETS)("has the paper's fifteen systems, and no head answers for them (%s)", (preset) => {
    const { systems } = mainDesign({ form: "paper", preset, set: {} });
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
        const { systems } = mainDesign({ form: "paper", preset, set });
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
    const some = mainDesign({ form: "paper", preset: "tiny", set: {}, systems: ["pod", "caser"] });
    expect(some.systems.map(({ model }) => model)).toEqual(["isrf", "caser", "pod"]);
    expect(() => mainDesign({ form: "paper", preset: "tiny", set: {}, systems: ["podd"] })).toThrow("pod");
  });
});

describe("a sweep", () => {
  const sweep = (values: (string | number)[]) =>
    sweepDesign({
      ...{ option: "groupLayers", values, form: "product", preset: "tiny" },
      system: { model: "isrf", set: { epochs: 1 } },
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
    const { figure } = sweepDesign({
      option: "distillTeacher",
      values: ["h", "e"],
      system: { model: "isrf", set: {} },
      preset: "tiny",
    });
    expect(figure.kind).toBe("dots");
  });

  it("names folders safely", () => {
    expect(
      sweepDesign({ option: "x", values: ["a/b", "c d"], system: { model: "isrf", set: {} }, preset: "tiny" })
        .systems[0]!.label,
    ).toBe("x-a_b");
  });

  it("is of the paper's form, where the decoder is heard, unless the product's is asked for", () => {
    const asked = { option: "beta", values: [1, 2], preset: "mini" } as const;
    const isrf = { model: "isrf", set: { lambdaDirect: 2 } };
    const { systems } = sweepDesign({ ...asked, system: isrf });
    expect(systems[1]!.set).toMatchObject({ beta: 2, witnessSequence: false, lambdaDirect: 2 });
    const product = sweepDesign({ ...asked, system: isrf, form: "product" });
    expect(product.systems[1]!.set).toEqual({ beta: 2, lambdaDirect: 2 });
    const rival = { model: "elmrec", set: {} };
    expect(sweepDesign({ ...asked, system: rival }).systems[0]!.set).toEqual({ beta: 1 });
    expect(() => sweepDesign({ ...asked, form: "paper", system: rival })).toThrow("elmrec has one form");
  });

  it.each([
    [[1], "expected at least two values"],
    [[1, 2, 1], "1 stands there twice"],
  ])("refuses %j", (values, message) => {
    expect(() => sweep(values)).toThrow(message);
  });
});
