import { expect, test } from "vitest";
import { spreadByActivity } from "./shown-users.ts";

const lengths = (...all: number[]) => all.map((length) => ({ length }));

test("takes the middle user of each part, from the least active to the most", () => {
  expect(spreadByActivity(lengths(9, 1, 8, 2, 7, 3), 3)).toEqual([3, 4, 0]);
  expect(spreadByActivity(lengths(9, 1, 8, 2, 7, 3), 2)).toEqual([3, 2]);
});

test("takes everybody where they are few, and the earlier of equals first", () => {
  expect(spreadByActivity(lengths(4, 4), 5)).toEqual([0, 1]);
});
