import { expect, test } from "vitest";
import { trainable } from "../../recommenders/registry.ts";
import { withinMinutes } from "./minutes.ts";

test("a third at most is for preparation, where a model has any", () => {
  expect(withinMinutes(9, trainable("elmrec"), { preset: "mini", threads: 2 })).toEqual({
    preparationMinutes: 3,
    maxMinutes: 6,
  });
  expect(withinMinutes(9, trainable("isrf"), { preset: "small", threads: 2 })).toEqual({
    preparationMinutes: 3,
    maxMinutes: 6,
  });
  expect(withinMinutes(9, trainable("sasrec"), { preset: "mini", threads: 2 })).toEqual({ maxMinutes: 9 });
});

test("a training in parts leaves time for the weights", () => {
  const limits = withinMinutes(20, trainable("isrf"), { preset: "mini", threads: 1 });
  expect(limits).toEqual({ preparationMinutes: 4, sequenceMinutes: 7, maxMinutes: 6 });
});

test("parts that are trained side by side share the time, where there is enough for a second process", () => {
  const limits = withinMinutes(20, trainable("isrf"), { preset: "mini", threads: 2 });
  expect(limits).toEqual({ preparationMinutes: 5, sequenceMinutes: 16, maxMinutes: 11 });
  const short = [1, 2].map((threads) => withinMinutes(0.5, trainable("isrf"), { preset: "mini", threads }));
  expect(short[1]).toEqual(short[0]);
});
