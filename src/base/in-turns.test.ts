import { expect, test } from "vitest";
import { inTurns } from "./in-turns.ts";

test("works in order, and lets others work after every so many", async () => {
  const done: (number | string)[] = [];
  setImmediate(() => done.push("another"));
  await inTurns(5, 2, (at) => done.push(at));
  expect(done).toEqual([0, 1, "another", 2, 3, 4]);
});

test("does nothing where there is nothing to do", async () => {
  await inTurns(0, 2, () => expect.unreachable());
});
