import { describe, expect, it } from "vitest";
import { UsageError } from "../../base/errors.ts";
import { SCHEDULES } from "../../training/schedule.ts";
import { ISRF_PRESETS, isrfOptions, isrfSchema } from "./options.ts";

describe("ISRF's options", () => {
  it.each(Object.keys(ISRF_PRESETS))("of preset %s are complete and valid", (preset) => {
    const options = isrfOptions(preset);
    expect(Object.keys(options).sort()).toEqual(Object.keys(isrfSchema.shape).sort());
  });

  it("describe themselves, every one", () => {
    for (const [name, field] of Object.entries(isrfSchema.shape)) expect(field.description, name).toBeTruthy();
  });

  it("of `small` are the paper's form: no compact prompts, no warm start, unit loss weights", () => {
    expect(isrfOptions("small")).toMatchObject({
      promptForm: "text",
      width: 512,
      layers: 6,
      warmStartEpochs: 0,
      interestEvery: 1,
      groupEvery: 1,
      lambdaDirect: 1,
      lambdaSequential: 1,
      itemSource: "semantic",
      adapterActivation: "none",
      distillTeacher: "h",
      groupWord: false,
      labelSmoothing: 0,
      batch: 64,
      trainNegatives: 99,
      neighbours: 100,
      patience: 5,
    });
  });

  it("know the schedules of the training room", () => {
    expect(isrfSchema.shape.schedule.unwrap().options).toEqual(SCHEDULES);
  });

  const wrong: [string, Record<string, unknown>, string][] = [
    ["an unknown key", { lamdaDirect: 1 }, "lamdaDirect"],
    ["a value of another type", { batch: "many" }, "batch"],
    ["a value out of range", { dropout: 0.6 }, "dropout"],
    ["an unknown choice", { relation: "columns" }, "relation"],
    ["frozen items of another width", { itemSource: "frozen-semantic" }, "semanticWidth"],
    ["a checkpoint for compact codes", { promptForm: "compact", checkpoint: "t5" }, "checkpoint"],
    ["a checkpoint of another width", { checkpoint: "t5", width: 256 }, "checkpoint"],
    ["a checkpoint with too many layers", { checkpoint: "t5", layers: 8 }, "checkpoint"],
    ["heads that do not fill the width", { width: 48 }, "width"],
    ["a group word in worded prompts", { groupWord: true }, "groupWord"],
    ["recency in worded prompts", { recency: true }, "recency"],
  ];
  it.each(wrong)("refuse %s by name", (_, overrides, name) => {
    expect(() => isrfOptions("small", overrides)).toThrow(UsageError);
    expect(() => isrfOptions("small", overrides)).toThrow(name);
  });

  it("refuse an unknown preset and list the known ones", () => {
    expect(() => isrfOptions("big")).toThrow("preset big: expected one of tiny, mini, small");
  });
});
