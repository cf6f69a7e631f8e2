import { describe, expect, test } from "vitest";
import { ProgressPrinter } from "./progress-printer.ts";
import { formatRate, formatSeconds, RateMeter } from "./rate.ts";

function printer(isTTY: boolean, isDumb = false) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const stream = { write: (text: string) => written.push(text), isTTY, columns: 60 };
  const shown = new ProgressPrinter({ stream, quiet: false, now: () => clock.ms, isDumb });
  const { report } = shown;
  const step = (ms: number, done: number, total = 100) => {
    clock.ms = ms;
    report({ kind: "step", stage: "train", done, total, unit: "steps", note: "loss 2.31" });
  };
  const at = (ms: number) => {
    clock.ms = ms;
  };
  return { written, shown, report, step, at };
}

test("without a terminal lines are sparse, and the last step is always shown", () => {
  const { written, step } = printer(false);
  for (let i = 0; i <= 100; i++) step(i * 250, i);
  expect(written).toEqual([
    "  train 0/100 steps  loss 2.31\n",
    "  train 40/100 steps  4.00 steps/s  15s left  loss 2.31\n",
    "  train 80/100 steps  4.00 steps/s  5s left  loss 2.31\n",
    "  train 100/100 steps  4.00 steps/s  loss 2.31\n",
  ]);
});

test("on a terminal one line is redrawn and cut to its width", () => {
  const { written, step } = printer(true);
  step(0, 0);
  step(50, 1);
  step(1000, 10);
  expect(written).toHaveLength(2);
  expect(written[1]).toBe("\r\u001b[2K  train 10/100 steps  10.0 steps/s  9s left  loss 2.31");
  step(2000, 100);
  expect(written.at(-1)).toMatch(/\n$/);
});

test("a terminal that draws no line again gets the sparse lines of a file", () => {
  const { written, step } = printer(true, true);
  for (const [ms, done] of [
    [0, 0],
    [1000, 50],
    [2000, 100],
  ] as const)
    step(ms, done);
  expect(written).toEqual(["  train 0/100 steps  loss 2.31\n", "  train 100/100 steps  50.0 steps/s  loss 2.31\n"]);
});

test("where results come on the same terminal, the live line ends and no step follows", () => {
  const { written, shown, report, step } = printer(true);
  step(0, 0);
  shown.holdSteps();
  step(1000, 50);
  report({ kind: "warning", message: "slow" });
  expect(written).toEqual(["\r\u001b[2K  train 0/100 steps  loss 2.31", "\n", expect.stringMatching(/ slow\n$/)]);
});

describe("stages that go on side by side", () => {
  const stepOf = (stage: string, done: number) => ({ kind: "step", stage, done, total: 100, unit: "steps" }) as const;

  test("share the live line, until one of them ends on a line of its own", () => {
    const { written, report, at } = printer(true);
    for (const [ms, event] of [
      [0, stepOf("train", 0)],
      [1000, stepOf("sequence model", 10)],
      [2000, stepOf("train", 20)],
      [3000, stepOf("sequence model", 30)],
      [4000, stepOf("sequence model", 100)],
      [5000, stepOf("train", 50)],
    ] as const) {
      at(ms);
      report(event);
    }
    expect(written.slice(2)).toEqual([
      "\r\u001b[2K  train 20 %, 8s left  |  sequence model 10 %",
      "\r\u001b[2K  train 20 %, 8s left  |  sequence model 30 %, 7s left",
      "\r\u001b[2K  sequence model 100/100 steps  30.0 steps/s\n",
      "\r\u001b[2K  train 50/100 steps  10.0 steps/s  5s left",
    ]);
  });

  test("have sparse lines each, without a terminal", () => {
    const { written, report, at } = printer(false);
    for (let i = 0; i <= 50; i++) {
      at(i * 500);
      report(stepOf(i % 2 === 0 ? "train" : "sequence model", i));
    }
    const stages = written.map((line) => line.trim().split(/ \d/)[0]);
    expect(stages.filter((stage) => stage === "train").length).toBeGreaterThan(2);
    expect(stages.filter((stage) => stage === "sequence model").length).toBeGreaterThan(2);
    expect(written.length).toBeLessThan(8);
  });

  test("are not two where the one began when the other had said its last, at its end or before", () => {
    const { written, report, at } = printer(true);
    report(stepOf("warm start", 60));
    at(1000);
    report(stepOf("train", 1));
    at(2000);
    report(stepOf("train", 2));
    expect(written.at(-1)).toBe("\r\u001b[2K  train 2/100 steps  1.00 steps/s  1m 38s left");
  });
});

describe("parts of a whole", () => {
  const part = (done: number) => ({ kind: "step", stage: "ask", done, total: 4, unit: "users", isPart: true }) as const;
  const done = { kind: "done", stage: "sequential", detail: "4 users", seconds: 61 } as const;

  test("on a terminal they are drawn in place, and what was done takes their line", () => {
    const { written, report } = printer(true);
    for (const event of [part(1), part(4), done]) report(event);
    expect(written).toEqual(["\r\u001b[2K  ask 1/4 users", "\r\u001b[2K", "  sequential        4 users  1m 01s\n"]);
  });

  test("without a terminal they are heard when they take long", () => {
    const { written, report, at } = printer(false);
    for (const [ms, event] of [
      [0, part(1)],
      [20, part(4)],
      [9_000, part(1)],
      [11_000, part(2)],
      [11_500, done],
    ] as const) {
      at(ms);
      report(event);
    }
    expect(written).toEqual(["  ask 2/4 users  0.50 users/s  4s left\n", "  sequential        4 users  1m 01s\n"]);
  });
});

test("a warning stands above the live line", () => {
  const { written, step, report } = printer(true);
  step(0, 3);
  report({ kind: "notice", message: "saved \u001b[31mhere" });
  expect(written.at(-1)).toBe("\r\u001b[2Ksaved  [31mhere\n  train 3/100 steps  loss 2.31");
});

test("the rate of a resumed stage counts only what was done since", () => {
  const meter = new RateMeter();
  expect(meter.add(900, 0)).toBeUndefined();
  expect(meter.add(910, 5000)).toBe(2);
});

test("the rate follows the last half minute", () => {
  const meter = new RateMeter();
  for (let s = 0; s <= 60; s++) meter.add(s <= 30 ? s : 30 + (s - 30) * 10, s * 1000);
  expect(meter.add(340, 61_000)).toBeCloseTo(10, 5);
});

test.each([
  [0.4, "0s"],
  [59.6, "1m 00s"],
  [187, "3m 07s"],
  [7500, "2h 05m"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test("rates keep three figures", () => {
  expect([0.25, 12.34, 1234.5].map((rate) => formatRate(rate, "u"))).toEqual(["0.25 u/s", "12.3 u/s", "1235 u/s"]);
});
