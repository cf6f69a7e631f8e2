import { expect, onTestFinished, test } from "vitest";
import { Random } from "../base/random.ts";
import { backoffMs, ownDraws } from "./backoff.ts";

test("doubles up to its limit, and draws the upper half of each step", () => {
  const random = Random.of(7);
  for (const [step, most] of [
    [0, 500],
    [1, 1000],
    [5, 16_000],
    [6, 30_000],
    [1000, 30_000],
  ] as const) {
    const waits = Array.from({ length: 50 }, () => backoffMs(step, { firstMs: 500, longestMs: 30_000 }, random));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(most / 2);
    expect(Math.max(...waits)).toBeLessThanOrEqual(most);
    expect(new Set(waits).size).toBeGreaterThan(40);
  }
});

test("two processes with one seed wait otherwise", () => {
  const pid = Object.getOwnPropertyDescriptor(process, "pid")!;
  onTestFinished(() => void Object.defineProperty(process, "pid", pid));
  const waits = [1, 2, 2].map((value) => {
    Object.defineProperty(process, "pid", { ...pid, value });
    return ownDraws(7, "busy").uniform();
  });
  expect(waits[1]).not.toBe(waits[0]);
  expect(waits[2]).toBe(waits[1]);
});
