import { expect, it } from "vitest";
import { StepOrder } from "./step-order.ts";

const first = (order: StepOrder, steps: number): string[] =>
  Array.from({ length: steps }, (_, step) => order.at(step)).map(({ task, index }) => `${task} ${index}`);

it("takes the tasks in turn", () => {
  expect(first(new StepOrder(["sequential", "direct"], false), 4)).toEqual([
    "sequential 0",
    "direct 0",
    "sequential 1",
    "direct 1",
  ]);
});

it("puts a batch of the extra task behind every other", () => {
  expect(first(new StepOrder(["sequential", "direct"], true), 8)).toEqual([
    "sequential 0",
    "extra 0",
    "direct 0",
    "extra 1",
    "sequential 1",
    "extra 2",
    "direct 1",
    "extra 3",
  ]);
});
