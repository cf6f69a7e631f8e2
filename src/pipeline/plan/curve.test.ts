import { expect, it } from "vitest";
import { readCurve } from "./curve.ts";

const CURVE = [
  { size: 10, seconds: 1, memoryMiB: 100 },
  { size: 100, seconds: 100, memoryMiB: 200 },
  { size: 1000, seconds: 400, memoryMiB: 300 },
];

it("gives what was measured at measured sizes", () => {
  for (const { size, seconds, memoryMiB } of CURVE) {
    const reading = readCurve(CURVE, size);
    expect(reading.seconds).toBeCloseTo(seconds, 9);
    expect(reading.memoryMiB).toBeCloseTo(memoryMiB, 9);
    expect(reading.beyond).toBe(1);
  }
});

it("goes between two sizes by the power that leads from one to the other", () => {
  // From 10 to 100 the time grows by the square.
  expect(readCurve(CURVE, 20).seconds).toBeCloseTo(4, 9);
  expect(readCurve(CURVE, 5).seconds).toBeCloseTo(0.25, 9);
});

it("grows beyond the last size by the last power, or by the known growth where that is steeper", () => {
  const slope = Math.log10(4);
  expect(readCurve(CURVE, 10_000, 0.5).seconds).toBeCloseTo(400 * 10 ** slope, 6);
  expect(readCurve(CURVE, 10_000, 2).seconds).toBeCloseTo(40_000, 6);
  expect(readCurve(CURVE, 10_000, 2).memoryMiB).toBeCloseTo(3000, 6);
  expect(readCurve(CURVE, 10_000).beyond).toBe(10);
});
