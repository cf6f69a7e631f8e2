import { expect, test } from "vitest";
import { trainable } from "../../recommenders/registry.ts";
import { withinMinutes } from "./minutes.ts";

test("a third at most is for preparation, where a model has any", () => {
  expect(withinMinutes(9, trainable("elmrec"), "mini")).toEqual({ preparationMinutes: 3, maxMinutes: 6 });
  expect(withinMinutes(9, trainable("isrf"), "small")).toEqual({ preparationMinutes: 3, maxMinutes: 6 });
  expect(withinMinutes(9, trainable("sasrec"), "mini")).toEqual({ maxMinutes: 9 });
});

test("a training in parts leaves time for the weights", () => {
  const limits = withinMinutes(20, trainable("isrf"), "mini");
  expect(limits).toEqual({ preparationMinutes: 4, sequenceMinutes: 7, maxMinutes: 6 });
});
