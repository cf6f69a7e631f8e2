import { expect, it } from "vitest";
import { flatten, invert, inverting } from "./flat-lists.ts";

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

it("inverts more than a step holds", () => {
  const lists = Array.from({ length: 3 }, (_, list) =>
    Int32Array.from({ length: 150_000 }, (_, at) => (at * (list + 2)) % 5),
  );
  const steps = inverting(flatten(lists), 5);
  expect(steps.next().done).toBe(false);
  const { offsets, values } = invert(flatten(lists), 5);
  for (let value = 0; value < 5; value++) {
    const expected = lists.flatMap((list, at) =>
      Array.from(
        list.filter((one) => one === value),
        () => at,
      ),
    );
    expect([...values.subarray(offsets[value], offsets[value + 1])]).toEqual(expected);
  }
});
