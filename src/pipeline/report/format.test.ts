import { expect, test } from "vitest";
import { formatCount, formatDuration, formatMetric, formatPercent } from "./format.ts";

test.each([
  [0.44, "0.4 s"],
  [48.4, "48 s"],
  [187, "3 min 07 s"],
  [3900, "1 h 05 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("counts get thousands separators, metrics four decimals, shares one", () => {
  expect([formatCount(198502), formatMetric(0.0743), formatPercent(0.2725)]).toEqual(["198,502", "0.0743", "27.3 %"]);
});
