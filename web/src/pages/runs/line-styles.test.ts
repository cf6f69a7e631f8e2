import { expect, it } from "vitest";
import { dashesOf, toneOf } from "./line-styles.ts";

it("no two of many lines look alike, and neighbours differ without their colours", () => {
  const looks = Array.from({ length: 36 }, (_, at) => `${toneOf(at)} ${dashesOf(at)}`);
  expect(new Set(looks).size).toBe(looks.length);
  for (let at = 1; at < 36; at++) expect(dashesOf(at)).not.toEqual(dashesOf(at - 1));
});
