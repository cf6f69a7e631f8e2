import { expect, test } from "vitest";
import { inTurns, stepsAtOnce, stepsInTurns } from "./in-turns.ts";

test("works in order, and lets others work after every so many", async () => {
  const done: (number | string)[] = [];
  setImmediate(() => done.push("another"));
  await inTurns(5, 2, (at) => done.push(at));
  expect(done).toEqual([0, 1, "another", 2, 3, 4]);
});

test("does nothing where there is nothing to do", async () => {
  await inTurns(0, 2, () => expect.unreachable());
});

function* counting(done: (number | string)[], ms: number): Generator<void, string> {
  for (let step = 0; step < 3; step++) {
    const since = performance.now();
    while (performance.now() - since < ms);
    done.push(step);
    yield;
  }
  return "counted";
}

test("steps that take long let others work in between, and come to the same at once", async () => {
  const done: (number | string)[] = [];
  setImmediate(() => done.push("another"));
  expect(await stepsInTurns(counting(done, 11))).toBe("counted");
  expect(done).toEqual([0, "another", 1, 2]);
  expect(stepsAtOnce(counting([], 0))).toBe("counted");
});
