import { expect, test } from "vitest";
import { trainable } from "../recommenders/registry.ts";
import { withinMinutes } from "./train-minutes.ts";

test("a third at most is for preparation, where a model has any", () => {
  expect(withinMinutes(9, trainable("isrf"))).toEqual({ preparationMinutes: 3, maxMinutes: 6 });
  expect(withinMinutes(9, trainable("sasrec"))).toEqual({ maxMinutes: 9 });
});
