import { expect, it } from "vitest";
import type { AskedTask } from "../options/options.ts";
import { StepOrder, type TaskOrder } from "./step-order.ts";

const TASKS = ["explanation", "sequential", "direct"] as const;

const batchesOf = (counts: Partial<Record<AskedTask, number>>) =>
  TASKS.filter((task) => task in counts).map((task) => ({ task, perEpoch: counts[task]! }));

const order = (counts: Partial<Record<AskedTask, number>>, hasExtra = false, kind?: TaskOrder) =>
  new StepOrder(batchesOf(counts), hasExtra, kind);

const first = (of: StepOrder, steps: number): string[] =>
  Array.from({ length: steps }, (_, step) => of.at(step)).map(({ task, index }) => `${task} ${index}`);

it("takes tasks of equally many batches in turn, epoch after epoch, as older versions took all", () => {
  expect(first(order({ sequential: 2, direct: 2 }), 6)).toEqual([
    "sequential 0",
    "direct 0",
    "sequential 1",
    "direct 1",
    "sequential 2",
    "direct 2",
  ]);
  for (const hasExtra of [false, true]) {
    const counts = { explanation: 7, sequential: 7, direct: 7 };
    expect(first(order(counts, hasExtra), 100)).toEqual(first(order(counts, hasExtra, "turns"), 100));
  }
});

it("puts a batch of the extra task behind every other", () => {
  const of = order({ sequential: 2, direct: 2 }, true);
  expect(first(of, 8)).toEqual([
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

it("spreads a task of fewer batches between the others", () => {
  const names = first(order({ explanation: 3, sequential: 5, direct: 5 }), 13).map((each) => each[0]);
  expect(names.join("")).toBe("sdesdesdsdesd");
});

/** Numbers of batches of three tasks, one of which may have none. */
const COUNTS = Array.from({ length: 9 * 6 * 6 }, (_, i) => [i % 9, 1 + (Math.floor(i / 9) % 6), 1 + Math.floor(i / 54)])
  .concat([
    [37, 61, 60],
    [200, 61, 3],
  ])
  .map(([explanation, sequential, direct]) => ({
    ...(explanation! > 0 && { explanation: explanation! }),
    sequential: sequential!,
    direct: direct!,
  }));

const lengthOf = (counts: Partial<Record<AskedTask, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0);

it("takes unequal tasks in turn where a training of an older version began so", () => {
  expect(first(order({ sequential: 1, direct: 3 }, false, "turns"), 4)).toEqual([
    "sequential 0",
    "direct 0",
    "sequential 1",
    "direct 1",
  ]);
});

it("gives each task exactly its batches in every epoch, in their order", () => {
  for (const counts of COUNTS) {
    const of = order(counts);
    const expected = batchesOf(counts).flatMap(({ task, perEpoch }) =>
      Array.from({ length: perEpoch }, (_, i) => `${task} ${perEpoch + i}`),
    );
    const second = first(of, 2 * lengthOf(counts)).slice(lengthOf(counts));
    const inTasks = TASKS.flatMap((task) => second.filter((each) => each.startsWith(task)));
    expect(inTasks, JSON.stringify(counts)).toEqual(expected);
  }
});

it("has no longer run of a task in an epoch than its share needs, and no task a batch behind its share", () => {
  for (const counts of COUNTS) {
    const [of, length] = [order(counts), lengthOf(counts)];
    const names = Array.from({ length }, (_, step) => of.at(step).task);
    for (const { task, perEpoch } of batchesOf(counts)) {
      const runs = names
        .map((name) => (name === task ? "x" : " "))
        .join("")
        .split(/ +/);
      const needed = Math.ceil(perEpoch / (length - perEpoch));
      expect(Math.max(...runs.map((run) => run.length)), JSON.stringify(counts)).toBeLessThanOrEqual(needed);
      let done = 0;
      const off = names.map((name, turn) => {
        if (name === task) done++;
        return Math.abs(done - ((turn + 1) * perEpoch) / length);
      });
      expect(Math.max(...off), JSON.stringify(counts)).toBeLessThan(1);
    }
  }
});
