import { describe, expect, it } from "vitest";
import { type Overrides, smallestOptions, tinyData, tinyTrainer } from "../../../test/support/tiny-isrf.ts";
import { elmrec } from "../elmrec/elmrec.ts";
import { isrf } from "../isrf/isrf.ts";
import { p5 } from "../p5/p5.ts";
import { pod } from "../pod/pod.ts";
import { rslProxy } from "../rsl-proxy/rsl-proxy.ts";
import { generativeSchema } from "./options/options.ts";
import type { GenerativeSystem } from "./options/system.ts";
import { GenerativeRecommender } from "./recommender.ts";

/** Together these take every value of every choice among the options. */
const COMBINATIONS: { system?: GenerativeSystem; preset: string; overrides: Overrides }[] = [
  { preset: "tiny", overrides: {} },
  {
    preset: "tiny",
    overrides: {
      sequentialWord: "position",
      itemHead: 0,
      sequentialUser: "shared",
      itemSource: "free",
      groupStart: "random",
      distillTeacher: "e",
      schedule: "constant",
      selection: "loss",
      decoding: "free",
      groupWord: false,
      recency: false,
      interaction: false,
      normaliseWords: false,
      prompts: 0,
    },
  },
  {
    preset: "tiny",
    overrides: {
      sequentialUser: "individual",
      itemSource: "frozen-semantic",
      itemSize: "adapted",
      width: 8,
    },
  },
  {
    preset: "tiny",
    overrides: {
      itemSource: "semantic",
      itemCodes: "text+interests",
      codeTokens: 3,
      tokenSoftmax: "tree",
      codeStart: "centroids",
      lambdaSequential: 0,
      tasks: "sequential",
    },
  },
  {
    preset: "small",
    overrides: { width: 32, lambdaDirect: 0, tasks: "direct" },
  },
  // The form of the authors' public code, scaled down.
  {
    preset: "small",
    overrides: {
      width: 32,
      semanticWidth: 32,
      sequentialWord: "position",
      alignWith: "words",
      lossForm: "soft-target",
      temperature: 1,
      distillTeacher: "e",
      groupSelfLoop: true,
      groupLayers: 4,
      betaDirect: 11,
      betaSequential: 9,
      batchOrder: "random",
      sigma: 5,
      adapterStart: "linear",
      textScale: "kept",
    },
  },
  // The printed paper, scaled down.
  {
    preset: "small",
    overrides: {
      width: 32,
      lossForm: "printed",
      promptPlace: "after",
      batchOrder: "random",
      groupSelfLoop: true,
      groupSelfAmong: true,
      adapterStart: "linear",
      textScale: "kept",
    },
  },
  {
    preset: "small",
    overrides: {
      width: 32,
      decoding: "free",
      warmStartEpochs: 0,
      layers: 3,
      itemSource: "frozen-free",
      labelPadding: "trained",
      promptPadding: "visible",
    },
  },
  {
    system: elmrec,
    preset: "tiny",
    overrides: { itemCodes: "random", schedule: "linear" },
  },
  { system: elmrec, preset: "small", overrides: { width: 32, tasks: "three" } },
  { system: pod, preset: "tiny", overrides: { templates: "worded+bare", codeTokens: 4 } },
  { system: pod, preset: "small", overrides: { width: 32, templates: "bare", tasks: "explanation" } },
  { system: pod, preset: "small", overrides: { width: 32, tasks: "three" } },
  { system: p5, preset: "tiny", overrides: {} },
  { system: p5, preset: "small", overrides: { width: 32 } },
  { system: p5, preset: "small", overrides: { width: 32, tasks: "three" } },
  { system: rslProxy, preset: "tiny", overrides: { tasks: "sequential" } },
  { system: rslProxy, preset: "small", overrides: { width: 32 } },
];
const CASES = COMBINATIONS.map(({ system = isrf, ...rest }) => ({ name: system.name, system, ...rest }));

describe("every choice among the options", () => {
  it("is made by some combination below", () => {
    const made = CASES.map(
      ({ system, preset, overrides }) => smallestOptions(overrides, preset, system) as Record<string, unknown>,
    );
    // The approximate search needs an optional package and has its own test (preparation.test.ts).
    const { neighbourSearch: _, ...shape } = generativeSchema.shape;
    for (const [name, field] of Object.entries(shape)) {
      const type = field.unwrap() as { options?: readonly string[]; type: string };
      const choices = type.options ?? (type.type === "boolean" ? [true, false] : []);
      for (const choice of choices)
        expect(
          made.map((options) => options[name]),
          name,
        ).toContain(choice);
    }
  });

  it.each(CASES)(
    "trains, validates and recommends: $name $preset $overrides",
    async ({ system, preset, overrides }) => {
      const data = tinyData();
      const trainer = await tinyTrainer(overrides, preset, data, false, system);
      for (let step = 0; step < 4; step++) {
        for (const [name, value] of Object.entries(await trainer.step(step)))
          expect(value, name).toSatisfy(Number.isFinite);
      }
      await trainer.settle();
      const { score, figures } = await trainer.validate();
      expect(Object.values({ score, ...figures }).every(Number.isFinite)).toBe(true);

      const recommender = new GenerativeRecommender(system.name, trainer.state, { threads: 1 });
      const histories = [0, 1].map((u) => data.prefixes[u]!);
      const next = await recommender.rankSequential(
        histories.map((history, userIndex) => ({ userIndex, history })),
        5,
      );
      const candidates = Int32Array.of(3, 9, 17, 20);
      const chosen = await recommender.rankDirect([{ userIndex: 0, history: histories[0]!, candidates }], 4);
      const isFree = trainer.state.network.options.decoding === "free";
      for (const [u, { items, scores }] of next.entries()) {
        expect(new Set(items).size).toBe(items.length);
        for (const item of items) expect(histories[u]).not.toContain(item);
        expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
        if (!isFree) expect(items).toHaveLength(5);
      }
      for (const item of chosen[0]!.items) expect(candidates).toContain(item);
      const { hypotheses, invalid, duplicate, outside } = recommender.generator.counts;
      if (isFree) expect(invalid + duplicate + outside).toBeGreaterThan(0);
      else {
        expect([...chosen[0]!.items].sort((a, b) => a - b)).toEqual([...candidates]);
        expect([invalid, duplicate, outside]).toEqual([0, 0, 0]);
      }
      expect(hypotheses).toBeGreaterThan(0);
      await recommender.dispose();
      await trainer.dispose();
    },
  );
});
