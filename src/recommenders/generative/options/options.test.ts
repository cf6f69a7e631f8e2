import { describe, expect, it } from "vitest";
import { UsageError } from "../../../base/errors.ts";
import { elmrec } from "../../elmrec/elmrec.ts";
import { isrf } from "../../isrf/isrf.ts";
import { settableOptions } from "../../options/index.ts";
import { p5 } from "../../p5/p5.ts";
import { pod } from "../../pod/pod.ts";
import { rslProxy } from "../../rsl-proxy/rsl-proxy.ts";
import { generativeSchema } from "./options.ts";
import { type GenerativeSystem, optionSpace, systemOptions } from "./system.ts";

const SYSTEMS = [isrf, elmrec, pod, rslProxy, p5];
const PRESETS = ["tiny", "mini", "small"];
const all = SYSTEMS.flatMap((system) => PRESETS.map((preset) => [system.name, preset, system] as const));

describe("the options of the generative systems", () => {
  it.each(all)("%s, preset %s, are complete and valid", (_, preset, system) => {
    const options = systemOptions(system, preset);
    expect(Object.keys(options).sort()).toEqual(Object.keys(generativeSchema.shape).sort());
  });

  it("describe themselves, every one", () => {
    for (const [name, field] of Object.entries(generativeSchema.shape)) expect(field.description, name).toBeTruthy();
  });

  it("can each be set in some system", () => {
    const settable = new Set(SYSTEMS.flatMap((system) => settableOptions(optionSpace(system)).map(({ name }) => name)));
    const never = Object.keys(generativeSchema.shape).filter((name) => !settable.has(name));
    // What makes prompts and whole words a system's own.
    expect(never).toEqual(["promptStart", "directWord", "ordinals", "segments"]);
  });

  it("of ISRF's `small` are the paper's form: no compact prompts, no warm start, unit loss weights", () => {
    expect(systemOptions(isrf, "small")).toMatchObject({
      promptForm: "text",
      width: 512,
      layers: 6,
      warmStartEpochs: 0,
      interestEvery: 1,
      groupEvery: 1,
      lambdaDirect: 1,
      lambdaSequential: 1,
      itemSource: "semantic",
      distillTeacher: "h",
      groupWord: false,
      labelSmoothing: 0,
      batch: 64,
      trainNegatives: 99,
      neighbours: 100,
      patience: 5,
    });
  });

  // specs of the papers and their code: docs/baselines.md has the sources.
  const papers: [GenerativeSystem, object][] = [
    [
      elmrec,
      { prompts: 3, sequentialWord: "position", directWord: "individual", individualLayers: 4, learningRate: 1e-3 },
    ],
    [pod, { prompts: 3, promptStart: "uniform", beta: 1, ordinals: "ids", templates: "worded+bare", epochs: 100 }],
    [
      p5,
      {
        prompts: 0,
        beta: 1,
        ordinals: "words",
        templates: "worded",
        schedule: "linear",
        warmupShare: 0.05,
        clipNorm: 1,
      },
    ],
    [rslProxy, { prompts: 0, beta: 1, ordinals: "words", templates: "worded", schedule: "constant" }],
  ];
  it.each(papers.map(([system, expected]) => [system.name, system, expected] as const))(
    "of %s's `small` are its paper's",
    (_, system, expected) => {
      expect(systemOptions(system, "small")).toMatchObject({ promptForm: "text", width: 512, layers: 6, ...expected });
    },
  );
});

describe("wrong options", () => {
  const wrong: [string, Record<string, unknown>, string][] = [
    ["an unknown key", { lamdaDirect: 1 }, "lamdaDirect"],
    ["a value of another type", { batch: "many" }, "batch"],
    ["a value out of range", { dropout: 0.6 }, "dropout"],
    ["an unknown choice", { templates: "long" }, "templates"],
    ["frozen items of another width", { itemSource: "frozen-semantic" }, "semanticWidth"],
    ["a checkpoint for compact codes", { promptForm: "compact", checkpoint: "t5" }, "checkpoint"],
    ["an option that is gone", { relation: "union" }, "relation: no longer exists"],
    ["a checkpoint of another width", { checkpoint: "t5", width: 256 }, "checkpoint"],
    ["a checkpoint with too many layers", { checkpoint: "t5", layers: 8 }, "checkpoint"],
    ["heads that do not fill the width", { width: 48 }, "width"],
    ["a group word in worded prompts", { groupWord: true }, "groupWord"],
    ["a group word beside templates", { promptForm: "compact", groupWord: true }, "templates"],
    ["recency in worded prompts", { recency: true }, "recency"],
  ];
  it.each(wrong)("are refused by name: %s", (_, overrides, name) => {
    expect(() => systemOptions(isrf, "small", { given: overrides })).toThrow(UsageError);
    expect(() => systemOptions(isrf, "small", { given: overrides })).toThrow(name);
  });

  it("that leave tokens without a place to compete in are refused", () => {
    for (const other of [{ decoding: "free" }, { labelPadding: "trained" }]) {
      const given = { tokenSoftmax: "tree", ...other };
      // `strict` refuses both by itself, before tokens are looked at.
      expect(() => systemOptions(isrf, "mini", { given, protocol: "paper" })).toThrow("tokenSoftmax tree needs");
    }
  });

  it("that ask for texts are refused where none are read", () => {
    const given = { itemCodes: "text+interests" };
    expect(systemOptions(isrf, "mini", { given })).toMatchObject(given);
    expect(() => systemOptions(elmrec, "mini", { given })).toThrow("itemCodes text+interests: elmrec reads no texts");
  });

  it("that would make another system say so", () => {
    expect(() => systemOptions(elmrec, "small", { given: { sequentialWord: "item" } })).toThrow(
      "option sequentialWord: elmrec is the system where it is position; it cannot be set.",
    );
    expect(() => systemOptions(p5, "small", { given: { temperature: 1 } })).toThrow(
      "`isrf models p5` lists all options",
    );
  });

  it("name the known presets", () => {
    expect(() => systemOptions(isrf, "big")).toThrow("preset big: expected one of tiny, mini, small");
  });
});
