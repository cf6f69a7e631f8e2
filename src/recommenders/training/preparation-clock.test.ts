import { expect, test } from "vitest";
import { PreparationClock, passesText } from "./preparation-clock.ts";

test("a stage gets its share of what the stages before it left", async () => {
  let now = 1000;
  const clock = new PreparationClock(1, undefined, () => now);
  const first = clock.share(0.5);
  now += 29_999;
  expect(first()).toBe(false);
  now += 1;
  expect(first()).toBe(true);
  const second = clock.share(0.5);
  now += 14_999;
  expect(second()).toBe(false);
  now += 1;
  expect(second()).toBe(true);
  now += 60_000;
  expect(clock.share(0.9)()).toBe(true);
});

test("without a limit nothing is ever over", () => {
  let now = 0;
  const isOver = new PreparationClock(0, undefined, () => now).share(0.1);
  now = 1e12;
  expect(isOver()).toBe(false);
});

test("stages are told and kept, with what they did and how long it took", async () => {
  let now = 0;
  const told: unknown[] = [];
  const clock = new PreparationClock(
    0,
    (event) => told.push(event),
    () => now,
  );
  const work = async () => {
    now += 1500;
    return 93;
  };
  expect(await clock.time("item codes", work, (tokens) => `${tokens} tokens`)).toBe(93);
  expect(clock.stages).toEqual([{ name: "item codes", seconds: 1.5, detail: "93 tokens" }]);
  expect(told).toEqual([{ kind: "done", stage: "item codes", seconds: 1.5, detail: "93 tokens" }]);
});

test("says what ended the passes", () => {
  expect(passesText({ steps: 5, epochs: 5 }, 5, "warmStartSteps")).toBe("5 of 5 epochs, 5 steps");
  expect(passesText({ steps: 600, epochs: 6.251, stopped: "time" }, 60, "warmStartSteps")).toBe(
    "6.3 of 60 epochs, 600 steps: its share of preparationMinutes is used up",
  );
  expect(passesText({ steps: 360, epochs: 30, best: 20, stopped: "patience" }, 60, "warmStartSteps")).toBe(
    "30 of 60 epochs, 360 steps, the best after 20: validation items got no better answers",
  );
});
