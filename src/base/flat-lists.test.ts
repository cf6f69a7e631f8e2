import { expect, it } from "vitest";
import { flatten, invert } from "./flat-lists.ts";

const lists = [Int32Array.of(2, 0), Int32Array.of(), Int32Array.of(0, 3, 2)];

it("lays lists end to end", () => {
  expect(flatten(lists)).toEqual({ offsets: Int32Array.of(0, 2, 2, 5), values: Int32Array.of(2, 0, 0, 3, 2) });
});

it("finds the lists that hold each value", () => {
  expect(invert(flatten(lists), 5)).toEqual({
    offsets: Int32Array.of(0, 2, 2, 4, 5, 5),
    values: Int32Array.of(0, 2, 0, 2, 2),
  });
});
