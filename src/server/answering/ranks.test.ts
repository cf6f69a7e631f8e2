import { expect, test } from "vitest";
import { placesOf } from "./ranks.ts";

test("places of the wanted items alone, and no further than they stand", () => {
  const list = Int32Array.of(4, 2, 0, 3);
  expect(placesOf(list, new Set([3, 4]))).toEqual(
    new Map([
      [4, 0],
      [3, 3],
    ]),
  );
  expect(placesOf(list, new Set([-1, 2]))).toEqual(new Map([[2, 1]]));
  expect(placesOf(list, new Set())).toEqual(new Map());
});
