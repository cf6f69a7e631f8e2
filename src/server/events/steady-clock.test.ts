import { expect, test } from "vitest";
import { SteadyClock } from "./steady-clock.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function clockAt(start: number) {
  const moment = { wall: start, steady: 0 };
  const clock = new SteadyClock(() => ({ ...moment }));
  const pass = (ms: number, jump = 0) => {
    moment.steady += ms;
    moment.wall += ms + jump;
    return clock.now();
  };
  return { pass };
}

test("believes a clock that goes on, or is put right by hours, however long it goes", () => {
  const { pass } = clockAt(1000);
  expect(pass(5)).toBe(1005);
  expect(pass(DAY * 40)).toBe(1005 + DAY * 40);
  expect(pass(5, -DAY / 2)).toBe(1010 + DAY * 39.5);
});

test.each([
  ["ahead", 400 * DAY],
  ["back", -400 * DAY],
])("doubts one that jumped %s, until it comes back", (_, jump) => {
  const { pass } = clockAt(500 * DAY);
  expect(pass(1, jump)).toBeUndefined();
  expect(pass(MINUTE)).toBeUndefined();
  expect(pass(1, -jump)).toBe(500 * DAY + MINUTE + 2);
});

test("believes it where it went on for ten minutes, counted from the last jump", () => {
  const { pass } = clockAt(0);
  expect(pass(1, 20 * DAY)).toBeUndefined();
  expect(pass(9 * MINUTE)).toBeUndefined();
  expect(pass(0, 20 * DAY)).toBeUndefined();
  expect(pass(9 * MINUTE)).toBeUndefined();
  expect(pass(MINUTE)).toBe(40 * DAY + 19 * MINUTE + 1);
});
