import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dropOldAnswers } from "./old-answers.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

test("answers older than so many days are dropped each hour, and no younger ones", async () => {
  const bounds: number[] = [];
  const store = { dropAnswersBefore: async (time: number) => void bounds.push(time) };
  const from = Date.now();
  const dropping = dropOldAnswers(store, 30, () => expect.unreachable());
  await vi.advanceTimersByTimeAsync(HOUR_MS - 1);
  expect(bounds).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(bounds).toHaveLength(1);
  expect(bounds[0]).toBeGreaterThanOrEqual(from - 30 * DAY_MS);
  expect(bounds[0]).toBeLessThanOrEqual(Date.now() - 30 * DAY_MS);
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(bounds).toHaveLength(2);
  clearInterval(dropping);
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(bounds).toHaveLength(2);
});

test("a store that cannot drop them is told of, and asked again", async () => {
  const warnings: string[] = [];
  let asked = 0;
  const store = {
    async dropAnswersBefore() {
      if (++asked === 1) throw new Error("disk is full");
    },
  };
  const dropping = dropOldAnswers(store, 1, (message) => warnings.push(message));
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
  clearInterval(dropping);
  expect(asked).toBe(2);
  expect(warnings).toEqual(["Old answers are kept: disk is full"]);
});
