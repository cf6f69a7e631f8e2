import { expect, test } from "vitest";
import { floatToHalf, fromHalves, halfToFloat, toHalves } from "./half-floats.ts";

test("every half is itself again", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfToFloat(bits);
    if (Number.isNaN(value)) expect(halfToFloat(floatToHalf(value))).toBeNaN();
    else if (floatToHalf(value) !== bits) expect.unreachable(`${bits}: ${value} became ${floatToHalf(value)}`);
  }
});

test.each([
  [1 / 3, 0.333251953125],
  [1 + 1 / 2048, 1],
  [1 + 3 / 2048, 1 + 1 / 512],
  [2047.9, 2048],
  [65519, 65504],
  [65520, Number.POSITIVE_INFINITY],
  [2 ** -25, 0],
  [-(2 ** -24), -(2 ** -24)],
])("%d is %d as a half", (value, expected) => {
  expect(halfToFloat(floatToHalf(value))).toBe(expected);
});

test("arrays are turned entry by entry", () => {
  expect([...fromHalves(toHalves(Float32Array.of(0.5, -2, 0)))]).toEqual([0.5, -2, 0]);
});
