import { expect, test } from "vitest";
import { parseSplit, partOf } from "./split.ts";

const USERS = Array.from({ length: 2000 }, (_, at) => `user-${at}`);
const partsBy = (words: string) => USERS.map((user) => partOf(parseSplit(words), "salt", user));

test("a user stays in one part, in whatever order runs are named", () => {
  expect(partsBy("next=20,run=75,B=5")).toEqual(partsBy("B=5,run=75,next=20"));
});

test("parts are as large as they are to be, and others with another salt", () => {
  const parts = partsBy("run=75,next=25,none=0");
  const share = parts.filter((name) => name === "next").length / USERS.length;
  expect(share).toBeGreaterThan(0.22);
  expect(share).toBeLessThan(0.28);
  expect(parts).not.toContain("none");
  const others = USERS.map((user) => partOf(parseSplit("run=75,next=25"), "pepper", user));
  expect(others).not.toEqual(parts);
});

test("without a split there is no part", () => {
  expect(partOf(parseSplit(undefined), "salt", "user-1")).toBeUndefined();
});
