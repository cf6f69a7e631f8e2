import { expect, it } from "vitest";
import { idRuleList } from "./id-rule.ts";

it("lists the numbers after the highest own one", () => {
  expect(idRuleList(Int32Array.of(3, 7, 5), 100, 3)).toEqual(Int32Array.of(8, 9, 10));
});

it("ends where the numbers end", () => {
  expect(idRuleList(Int32Array.of(7), 10, 5)).toEqual(Int32Array.of(8, 9));
  expect(idRuleList(Int32Array.of(9), 10, 5)).toEqual(new Int32Array(0));
});

it("starts at the first item for an empty history", () => {
  expect(idRuleList(new Int32Array(0), 10, 2)).toEqual(Int32Array.of(0, 1));
});
